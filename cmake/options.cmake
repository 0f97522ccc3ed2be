# SPDX-License-Identifier: Apache-2.0
# Warnings, hardening and sanitizers; everything of ours links to tocsin_options.
add_library(tocsin_options INTERFACE)
target_compile_options(tocsin_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough
  -fstack-protector-strong -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -Wrestrict fires falsely on std::string + in g++ 12 (GCC bug 105651).
  target_compile_options(tocsin_options INTERFACE -fcf-protection -Wno-restrict)
endif()
if(TOCSIN_WERROR)
  target_compile_options(tocsin_options INTERFACE -Werror)
endif()
target_include_directories(tocsin_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(tocsin_options INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(tocsin_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(tocsin_options INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
if(TOCSIN_SANITIZE)
  target_compile_options(tocsin_options INTERFACE
    -fsanitize=${TOCSIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tocsin_options INTERFACE -fsanitize=${TOCSIN_SANITIZE})
endif()
if(TOCSIN_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # ccache asks for it where headers are precompiled.
  target_compile_options(tocsin_options INTERFACE -fpch-preprocess)
  if(NOT TOCSIN_SANITIZE)
    # What g++ 12 keeps quiet about in headers of the system it says of them once they are
    # precompiled, and falsely: "bound 18446744073709551615" in string_view::find.
    target_compile_options(tocsin_options INTERFACE -Wno-stringop-overread)
  endif()
endif()
if(TOCSIN_COVERAGE)
  target_compile_options(tocsin_options INTERFACE --coverage)
  target_link_options(tocsin_options INTERFACE --coverage)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # base_dir and hash_dir let two checkouts on one machine share what they compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()
