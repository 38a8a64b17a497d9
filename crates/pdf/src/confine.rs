//! What the worker takes away from itself before it reads a byte: memory, time, files, network, other programs.
//!
//! On Linux (x86-64, aarch64, riscv64) a list of allowed system calls refuses every other with `EPERM`; elsewhere only
//! the resource limits hold. It does not change user or namespace: that needs privileges a self-hosted server does not
//! have.

use std::io;

use rlimit::Resource;

/// Confines this process; called once, first of all, and the worker ends when it fails.
pub(crate) fn confine(address_space: u64, cpu_seconds: u64) -> io::Result<()> {
    // The soft CPU limit ends the process by SIGXCPU; the hard one a second later by SIGKILL.
    lower(Resource::CPU, cpu_seconds, cpu_seconds.saturating_add(1))?;
    lower(Resource::AS, address_space, address_space)?;
    lower(Resource::CORE, 0, 0)?;
    lower(Resource::FSIZE, 0, 0)?;
    // Standard input, output and error are open; nothing else may be.
    lower(Resource::NOFILE, 3, 3)?;
    refuse_system_calls()
}

/// Sets a limit unless a stricter one is already in force.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let (_, ceiling) = resource.get()?;
    resource.set(soft.min(ceiling), hard.min(ceiling))
}

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
fn refuse_system_calls() -> io::Result<()> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

    // Memory, the three open pipes, signals for the panic and stack-overflow handlers, waiting, ending.
    const ALLOWED: [libc::c_long; 36] = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_membarrier,
        libc::SYS_rseq,
        libc::SYS_set_robust_list,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_gettid,
        libc::SYS_getpid,
        libc::SYS_tgkill,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_ppoll,
        libc::SYS_statx,
        libc::SYS_getrusage,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let filter = SeccompFilter::new(
        // `c_long` is i64 on every target named above.
        ALLOWED.into_iter().map(|call| (call, Vec::new())).collect(),
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        arch,
    )
    .map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    // All threads: the thread that waits for this one is confined too.
    seccompiler::apply_filter_all_threads(&program).map_err(io::Error::other)
}

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
)))]
#[expect(clippy::unnecessary_wraps, reason = "the other targets can fail")]
fn refuse_system_calls() -> io::Result<()> {
    Ok(())
}
