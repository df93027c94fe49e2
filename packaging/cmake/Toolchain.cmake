# SPDX-License-Identifier: GPL-3.0-or-later
# Language level, warnings, hardening, sanitizers: one INTERFACE target, sluice_flags, linked by every room.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g0 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers need the sloppiness; the base folder lets work trees share a cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(sluice_flags INTERFACE)
target_include_directories(sluice_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(sluice_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wold-style-cast -Woverloaded-virtual -Wnon-virtual-dtor -Wconversion
  -Wno-sign-conversion -fstack-protector-strong -fstack-clash-protection -fcf-protection
  $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
  # GCC 12 reports members of variants and of nlohmann's type that were never active as uninitialised.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>)
target_compile_definitions(sluice_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(sluice_flags INTERFACE -Wl,-z,relro,-z,now)
if(SLUICE_WERROR)
  target_compile_options(sluice_flags INTERFACE -Werror)
endif()
if(NOT SLUICE_SANITIZE) # sanitizers check more than fortified functions do, and the two do not mix
  target_compile_definitions(sluice_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
else()
  add_compile_options(-fsanitize=${SLUICE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SLUICE_SANITIZE})
  if(SLUICE_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

add_library(sluice_qt_flags INTERFACE)
target_compile_definitions(sluice_qt_flags INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
  QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER QT_NO_FOREACH QT_NO_KEYWORDS)
