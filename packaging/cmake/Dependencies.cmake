# SPDX-License-Identifier: GPL-3.0-or-later
# All of the product's dependencies; each comes from a Debian package (packaging/packages.txt).

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2>=1.5.1)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
find_package(yaml-cpp REQUIRED)

set(qt_components Core Sql Network Test)
if(SLUICE_BUILD_CONSOLE)
  list(APPEND qt_components Gui Widgets Charts Svg LinguistTools)
endif()
find_package(Qt6 6.4 REQUIRED COMPONENTS ${qt_components})
if(SLUICE_BUILD_CONSOLE)
  find_package(Qt6Keychain REQUIRED)
endif()
