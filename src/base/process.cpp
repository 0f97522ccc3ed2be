// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace tocsin::base {

namespace {

constexpr std::size_t error_output_bytes_max = 64U << 10;
constexpr int exit_cannot_start = 127;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  [[nodiscard]] int get() const { return number_; }
  void reset() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

std::unexpected<Error> system_failure(std::string_view what) {
  return fail(ErrorCode::io, std::string(what) + ": " + std::strerror(errno));
}

/// What a program that turns bytes into text needs, once it is loaded. Everything else answers
/// EPERM. Opening is for reading only; execve only with the path pointer that the parent set.
constexpr std::array allowed_calls{
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(lseek),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(ioctl),
    SCMP_SYS(fcntl),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(getrandom),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getrlimit),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(fadvise64),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(dup),
    SCMP_SYS(getrusage),
    SCMP_SYS(getpgrp),
};

/// Adds the rules; false if one cannot be added.
bool add_rules(scmp_filter_ctx filter, const char* program) {
  for (const int call : allowed_calls)
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  constexpr auto writing = static_cast<scmp_datum_t>(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);
  const auto path = reinterpret_cast<scmp_datum_t>(program);
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                          SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0)) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)) == 0 &&
         // Asking for limits is allowed, setting them (third argument) is not.
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                          SCMP_A2(SCMP_CMP_EQ, 0)) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(execve), 1,
                          SCMP_A0(SCMP_CMP_EQ, path)) == 0;
}

/// The filter as the kernel takes it, made before the fork: the child may not allocate.
Result<std::vector<sock_filter>> make_filter(const char* program) {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)),
                                                                seccomp_release);
  if (filter == nullptr || !add_rules(filter.get(), program))
    return fail(ErrorCode::internal, "cannot make the list of allowed system calls");
  const Descriptor file(::memfd_create("filter", MFD_CLOEXEC));
  if (file.get() < 0 || seccomp_export_bpf(filter.get(), file.get()) != 0)
    return fail(ErrorCode::internal, "cannot write the list of allowed system calls");
  const off_t bytes = ::lseek(file.get(), 0, SEEK_END);
  std::vector<sock_filter> program_code(static_cast<std::size_t>(bytes) / sizeof(sock_filter));
  if (::pread(file.get(), program_code.data(), static_cast<std::size_t>(bytes), 0) != bytes)
    return system_failure("cannot read the list of allowed system calls");
  return program_code;
}

Result<Descriptor> input_file(std::string_view input) {
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (file.get() < 0) return system_failure("cannot hold the input");
  while (!input.empty()) {
    const ssize_t written = ::write(file.get(), input.data(), input.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_failure("cannot hold the input");
    input.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return system_failure("cannot hold the input");
  return file;
}

Result<std::pair<Descriptor, Descriptor>> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("cannot make a pipe");
  return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

/// All that the child needs, ready before the fork.
struct Launch {
  std::vector<char*> arguments;
  std::vector<sock_filter> filter;
  int input = -1;
  int output = -1;
  int errors = -1;
  rlim_t memory_bytes_max = 0;
  rlim_t seconds_max = 0;
};

void limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both{value, value};
  if (::setrlimit(resource, &both) != 0) ::_exit(exit_cannot_start);
}

/// Runs in the child: only calls that are safe after a fork of a process with threads.
[[noreturn]] void become_program(const Launch& launch) {
  if (::dup2(launch.input, 0) < 0 || ::dup2(launch.output, 1) < 0 || ::dup2(launch.errors, 2) < 0)
    ::_exit(exit_cannot_start);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  limit(RLIMIT_AS, launch.memory_bytes_max);
  limit(RLIMIT_CPU, launch.seconds_max);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 64);
  sock_fprog code{static_cast<unsigned short>(launch.filter.size()),
                  const_cast<sock_filter*>(launch.filter.data())};
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &code) != 0)
    ::_exit(exit_cannot_start);
  char* const environment[] = {nullptr};
  ::execve(launch.arguments[0], launch.arguments.data(), environment);
  ::_exit(exit_cannot_start);
}

/// Takes what can be read now; false at the end of the pipe.
bool drain(int descriptor, std::string& into, std::size_t bytes_max, bool& too_much) {
  std::array<char, 16384> piece{};
  const ssize_t count = ::read(descriptor, piece.data(), piece.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) return false;
  const auto bytes = static_cast<std::size_t>(count);
  if (into.size() + bytes > bytes_max)
    too_much = true;
  else
    into.append(piece.data(), bytes);
  return true;
}

/// Reads both pipes and waits for the child's end, until the deadline. Returns why it must be
/// killed, or "".
std::string attend(int process, Descriptor& output, Descriptor& errors, const ChildLimits& limits,
                   ChildResult& result) {
  const auto deadline = std::chrono::steady_clock::now() + limits.time_max;
  bool ended = false;
  bool too_much = false;
  bool ignored = false;
  while (output.get() >= 0 || errors.get() >= 0 || !ended) {
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (rest.count() <= 0)
      return "it took longer than " + std::to_string(limits.time_max.count()) + " ms";
    std::array<pollfd, 3> waiting{
        {{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}, {ended ? -1 : process, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(rest.count())) < 0 &&
        errno != EINTR)
      return "it cannot be waited for";
    if (waiting[0].revents != 0 &&
        !drain(output.get(), result.output, limits.output_bytes_max, too_much))
      output.reset();
    if (waiting[1].revents != 0 &&
        !drain(errors.get(), result.errors, error_output_bytes_max, ignored))
      errors.reset();
    if (waiting[2].revents != 0) ended = true;
    if (too_much) return "it gave more than " + std::to_string(limits.output_bytes_max) + " bytes";
  }
  return {};
}

}  // namespace

Result<ChildResult> run_limited(const std::vector<std::string>& command, std::string_view input,
                                const ChildLimits& limits) {
  if (command.empty() || ::access(command[0].c_str(), X_OK) != 0)
    return fail(ErrorCode::unavailable, "the program is not installed",
                command.empty() ? std::string() : command[0]);
  Launch launch;
  for (const auto& word : command) launch.arguments.push_back(const_cast<char*>(word.c_str()));
  launch.arguments.push_back(nullptr);
  auto filter = make_filter(launch.arguments[0]);
  if (!filter) return std::unexpected(std::move(filter).error());
  launch.filter = *std::move(filter);
  auto stdin_file = input_file(input);
  if (!stdin_file) return std::unexpected(std::move(stdin_file).error());
  auto out = make_pipe();
  if (!out) return std::unexpected(std::move(out).error());
  auto err = make_pipe();
  if (!err) return std::unexpected(std::move(err).error());
  launch.input = stdin_file->get();
  launch.output = out->second.get();
  launch.errors = err->second.get();
  launch.memory_bytes_max = limits.memory_bytes_max;
  launch.seconds_max = static_cast<rlim_t>(limits.time_max.count() / 1000 + 1);
  const pid_t child = ::fork();
  if (child < 0) return system_failure("cannot start a process");
  if (child == 0) become_program(launch);
  out->second.reset();
  err->second.reset();
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  ChildResult result;
  const std::string broken = attend(process.get(), out->first, err->first, limits, result);
  if (!broken.empty()) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!broken.empty()) return fail(ErrorCode::limit_exceeded, broken, command[0]);
  if (WIFSIGNALED(status))
    return fail(ErrorCode::io,
                "it was ended by signal " + std::to_string(WTERMSIG(status)) +
                    ": it passed a limit or has a fault",
                command[0]);
  result.exit_code = WEXITSTATUS(status);
  if (result.exit_code == exit_cannot_start)
    return fail(ErrorCode::io, "it could not be started within its limits", command[0]);
  return result;
}

std::string find_program(std::string_view name) {
  for (const std::string_view folder : {"/usr/bin/", "/usr/local/bin/", "/bin/"}) {
    std::string path = std::string(folder) + std::string(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace tocsin::base
