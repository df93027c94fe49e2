# SPDX-License-Identifier: GPL-3.0-or-later
# sluice_room(NAME SOURCES … [PUBLIC …] [PRIVATE …] [PCH std|asio|qtcore|widgets])
#   one static library, named as its folder. Headers are listed with the sources.
# sluice_test(NAME [SOURCES …] LINK … [LABELS …] [ARGUMENTS …] [TIMEOUT s])
#   one Qt Test program from NAME.cpp and SOURCES, run offscreen by CTest.

set(SLUICE_PCH_std <algorithm> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <string>
    <string_view> <unordered_map> <utility> <variant> <vector> <nlohmann/json.hpp> <fmt/format.h>)
set(SLUICE_PCH_asio ${SLUICE_PCH_std} <boost/asio.hpp> <boost/asio/ssl.hpp>)
set(SLUICE_PCH_qtcore ${SLUICE_PCH_std} <QObject> <QString> <QVariant>)
set(SLUICE_PCH_widgets <algorithm> <functional> <map> <memory> <optional> <string> <vector>
    <nlohmann/json.hpp> <QtWidgets>)

# moc 6.4 cannot parse libstdc++'s <concepts> where that comes first; its guard lets moc pass it by.
set(SLUICE_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)

function(sluice_room name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "QT" "PCH" "SOURCES;PUBLIC;PRIVATE")
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC sluice_flags ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${SLUICE_PCH_${arg_PCH}})
  endif()
  if(arg_QT)
    target_link_libraries(${name} PUBLIC sluice_qt_flags)
    set_target_properties(${name} PROPERTIES AUTOMOC ON AUTOMOC_MOC_OPTIONS "${SLUICE_MOC_OPTIONS}")
  endif()
  set_property(GLOBAL APPEND PROPERTY SLUICE_ROOMS ${name})
endfunction()

function(sluice_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINK;LABELS;ARGUMENTS")
  add_executable(${name} ${name}.cpp ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON AUTOMOC_MOC_OPTIONS "${SLUICE_MOC_OPTIONS}"
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE sluice_flags ${arg_LINK} Qt6::Test)
  target_compile_definitions(${name} PRIVATE
    SLUICE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SLUICE_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  if(NOT "gui" IN_LIST arg_LABELS)
    add_dependencies(core-tests ${name})
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGUMENTS})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT
    "QT_QPA_PLATFORM=offscreen;QT_LOGGING_RULES=qt.qpa.*=false;XDG_RUNTIME_DIR=${CMAKE_BINARY_DIR}/tests/runtime;LC_ALL=C.UTF-8;TSAN_OPTIONS=halt_on_error=1:suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp;UBSAN_OPTIONS=print_stacktrace=1")
endfunction()
# Every test without a window: what the sanitizer presets build.
add_custom_target(core-tests)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tests/runtime)
file(CHMOD ${CMAKE_BINARY_DIR}/tests/runtime PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
