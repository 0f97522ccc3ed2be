# SPDX-License-Identifier: Apache-2.0
# Headers read once for all (TOCSIN_PRECOMPILE): reading them is half of what compiling a file with
# sanitizers costs. One set for the libraries and one, with GoogleTest, for the tests.
function(tocsin_precompiled_set name)
  target_link_libraries(${name} PRIVATE tocsin_base Boost::json)
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/headers/common.hpp ${ARGN})
  set_target_properties(${name} PROPERTIES PCH_WARN_INVALID OFF)
endfunction()

# Lets a target take the set `from`; without TOCSIN_PRECOMPILE nothing happens.
function(tocsin_use_precompiled target from)
  if(TOCSIN_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${from})
    set_target_properties(${target} PROPERTIES PCH_WARN_INVALID OFF)
  endif()
endfunction()
