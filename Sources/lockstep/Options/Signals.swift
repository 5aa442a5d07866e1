import Foundation
import Messages
import Stepping

/// Signal handling: forwards signals of a terminal or a batch system to a run.
enum Signals {
    /// Receives the requests of signals.
    static let interruption = Interruption(poll: handlePending, listen: { _ = thread })

    /// SIGINT, SIGTERM, SIGHUP, SIGUSR2 and SIGXCPU save a checkpoint and stop the run; batch systems send the last two
    /// before a time limit. A second SIGINT ends the process at once. SIGUSR1 saves a checkpoint.
    /// A SIGHUP or SIGINT that the parent process ignores, as nohup does, stays ignored.
    private static let handled: sigset_t = {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU] where !staysIgnored(number) {
            signal(number, SIG_DFL)
            sigaddset(&signals, number)
        }
        return signals
    }()

    /// Blocks the signals. They stay pending until `interruption.poll()` or `interruption.listen()`. While data is read
    /// there is no signal thread, because only a process with one thread can fork child processes that read files.
    ///
    /// Must be called before other threads start, which inherit the signal mask.
    static func block() {
        var signals = handled
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// A thread that waits for the signals. There is no signal handler, because oneDNN's generated code uses the
    /// stack pointer as a register, so a handler's frame would overwrite its buffers.
    private static let thread: Void = Thread.detachNewThread {
        while true { handle(next()) }
    }

    private static func staysIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
        return isIgnored && (number == SIGHUP || number == SIGINT)
    }

    private static func next() -> Int32 {
        var (signals, number) = (handled, Int32(0))
        sigwait(&signals, &number)
        return number
    }

    private static func handlePending() {
        var (signals, none) = (handled, timespec())
        while true {
            let number = sigtimedwait(&signals, nil, &none)
            guard number > 0 else { return }
            handle(number)
        }
    }

    private static func handle(_ number: Int32) {
        if number == SIGUSR1 { return interruption.requestSave() }
        let isSecond = interruption.requestStop()
        if isSecond && number == SIGINT { end(by: number) }
    }

    /// Ends the process by the signal's default action.
    private static func end(by number: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(number)
    }
}
