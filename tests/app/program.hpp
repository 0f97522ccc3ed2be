// SPDX-License-Identifier: Apache-2.0
// Starts the real program and looks into what it left behind.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace tocsin::app {

/// Starts the program without output; returns its process id.
inline pid_t start_program(const std::vector<std::string>& words) {
  std::string program = TOCSIN_BINARY;
  std::vector<std::string> copies = words;
  std::vector<char*> arguments{program.data()};
  for (auto& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  const int nothing = open("/dev/null", O_WRONLY);
  dup2(nothing, STDOUT_FILENO);
  dup2(nothing, STDERR_FILENO);
  execv(program.c_str(), arguments.data());
  _exit(127);
}

inline int wait_for_program(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline int run_program(const std::vector<std::string>& words) {
  return wait_for_program(start_program(words));
}

inline void kill_program(pid_t child) {
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
}

/// The rows of a query as one line each, columns parted by "|".
inline std::vector<std::string> rows_of(store::Database& database, std::string_view sql,
                                        int columns) {
  std::vector<std::string> out;
  auto select = database.prepare(sql);
  EXPECT_TRUE(select) << sql;
  if (!select) return out;
  for (;;) {
    auto row = (*select)->step();
    EXPECT_TRUE(row) << sql;
    if (!row || !*row) return out;
    std::string line;
    for (int column = 0; column < columns; ++column)
      line += (column > 0 ? "|" : "") + std::string((*select)->text(column));
    out.push_back(std::move(line));
  }
}

}  // namespace tocsin::app
