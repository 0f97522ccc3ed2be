# SPDX-License-Identifier: Apache-2.0
# One static library a folder. The folder's own list of libraries below it is what it may link;
# scripts/check-layers holds the includes against the same floors.
function(tocsin_folder folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  if(NOT sources)
    add_library(tocsin_${name} INTERFACE)
    target_link_libraries(tocsin_${name} INTERFACE tocsin_options ${ARGN})
    return()
  endif()
  add_library(tocsin_${name} STATIC ${sources})
  target_link_libraries(tocsin_${name} PUBLIC tocsin_options ${ARGN})
  # The two lowest folders are few files, and Boost.JSON is not theirs.
  if(NOT folder MATCHES "^(base|store)$")
    tocsin_use_precompiled(tocsin_${name} tocsin_headers)
  endif()
endfunction()

if(TOCSIN_PRECOMPILE)
  add_library(tocsin_headers OBJECT ${CMAKE_SOURCE_DIR}/cmake/headers/empty.cpp)
  tocsin_precompiled_set(tocsin_headers)
endif()

tocsin_folder(net tocsin_base Boost::json OpenSSL::SSL OpenSSL::Crypto CURL::libcurl Threads::Threads)
tocsin_folder(base fmt::fmt spdlog::spdlog ICU::uc ICU::i18n ICU::data OpenSSL::Crypto PkgConfig::SODIUM PkgConfig::XXHASH PkgConfig::SECCOMP Threads::Threads)
tocsin_folder(store tocsin_base SQLite::SQLite3)
tocsin_folder(formats tocsin_base Boost::json pugixml::pugixml ZLIB::ZLIB PkgConfig::PANGOCAIRO)
tocsin_folder(knowledge tocsin_base Boost::json)
tocsin_folder(ledger tocsin_store tocsin_formats tocsin_base)
tocsin_folder(pagekit tocsin_net tocsin_formats tocsin_knowledge tocsin_store tocsin_base PkgConfig::BROTLIENC ZLIB::ZLIB)
tocsin_folder(monitor/coding tocsin_knowledge tocsin_formats tocsin_base ${CLD2_LIBRARY})
tocsin_folder(monitor/feeds tocsin_net tocsin_formats tocsin_knowledge tocsin_base)
tocsin_folder(monitor tocsin_monitor_coding tocsin_monitor_feeds tocsin_store)
tocsin_folder(monitor/pages tocsin_monitor tocsin_pagekit)
tocsin_folder(people tocsin_ledger tocsin_pagekit)
tocsin_folder(assess tocsin_people tocsin_monitor_pages)
tocsin_folder(inform tocsin_assess)

file(GLOB app_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/app/*.cpp)
list(REMOVE_ITEM app_sources ${CMAKE_SOURCE_DIR}/src/app/main.cpp)
add_library(tocsin_app STATIC ${app_sources})
target_link_libraries(tocsin_app PUBLIC tocsin_inform tocsin_assess tocsin_people tocsin_monitor_pages tocsin_monitor tocsin_pagekit)
target_compile_definitions(tocsin_app PUBLIC TOCSIN_VERSION="${PROJECT_VERSION}")
tocsin_use_precompiled(tocsin_app tocsin_headers)
add_executable(tocsin ${CMAKE_SOURCE_DIR}/src/app/main.cpp)
target_link_libraries(tocsin PRIVATE tocsin_app)

# Beast's templates under UBSan take the compiler half an hour and two gigabytes; the server's own
# code is small, so this one file keeps the address sanitizer only, without optimisation.
if(TOCSIN_SANITIZE MATCHES "undefined")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/net/http_server.cpp
    PROPERTIES COMPILE_OPTIONS "-O0;-fno-sanitize=undefined" SKIP_PRECOMPILE_HEADERS ON)
endif()

# Under -O2 g++ 12 sees a std::string run over here once its header is precompiled, and falsely.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/app/node_key.cpp
  PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
