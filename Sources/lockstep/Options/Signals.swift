import Foundation
import Messages
import Stepping

/// What the signals of a terminal or a batch system ask of a run.
enum Signals {
    static let interruption = Interruption(poll: handlePending)

    /// SIGINT, SIGTERM and SIGHUP stop the run after saving, and so do SIGUSR2 and SIGXCPU, with which batch systems warn of
    /// their limits; a second SIGINT ends the process at once. SIGUSR1 saves.
    /// What whoever started this process had it ignore, as nohup does with SIGHUP, stays ignored.
    private static let answered: sigset_t = {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU] where !staysIgnored(number) {
            signal(number, SIG_DFL)
            sigaddset(&signals, number)
        }
        return signals
    }()

    /// From now on the signals wait until `interruption` is looked at, or `listen` has begun: as long as files are read, this
    /// process has one thread, so that reading processes are forked from it.
    /// To be called before other threads are made, which then block the signals as this one does.
    static func hold() {
        var signals = answered
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Begins a thread that answers the signals. No handler interrupts the others: oneDNN's multiplications use the stack
    /// pointer as one more register, and a handler would write its frame over whatever memory that points at.
    static func listen() {
        Thread.detachNewThread {
            while true { answer(next()) }
        }
    }

    private static func staysIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
        return isIgnored && (number == SIGHUP || number == SIGINT)
    }

    private static func next() -> Int32 {
        var (signals, number) = (answered, Int32(0))
        sigwait(&signals, &number)
        return number
    }

    private static func handlePending() {
        var (signals, none) = (answered, timespec())
        while true {
            let number = sigtimedwait(&signals, nil, &none)
            guard number > 0 else { return }
            answer(number)
        }
    }

    private static func answer(_ number: Int32) {
        if number == SIGUSR1 { return interruption.requestSave() }
        let isSecond = interruption.requestStop()
        if isSecond && number == SIGINT { end(by: number) }
    }

    /// Ends the process as the signal would, had nobody waited for it.
    private static func end(by number: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(number)
    }
}
