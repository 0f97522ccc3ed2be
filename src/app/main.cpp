// SPDX-License-Identifier: Apache-2.0
// The `tocsin` command: hands its words to the verbs.
#include "app/verbs.hpp"

int main(int argument_count, char** arguments) {
  return tocsin::app::run(argument_count, arguments);
}
