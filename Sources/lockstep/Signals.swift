import Foundation
import Training

/// What the signals of a terminal or a batch system ask of a run.
enum Signals {
    static let interruption = Interruption()

    /// SIGINT, SIGTERM and SIGHUP stop the run after saving, and so do SIGUSR2 and SIGXCPU, with which batch systems warn of
    /// their limits; a second SIGINT ends the process at once. SIGUSR1 saves.
    /// What whoever started this process had it ignore, as nohup does with SIGHUP, stays ignored.
    static func listen() {
        // Made before a handler needs it: a handler may store to an atomic, but not initialise a global.
        _ = interruption
        handle(SIGINT) { _ in
            guard Signals.interruption.requestStop() else { return }
            signal(SIGINT, SIG_DFL)
            raise(SIGINT)
        }
        for number in [SIGTERM, SIGHUP, SIGUSR2, SIGXCPU] {
            handle(number) { _ in Signals.interruption.requestStop() }
        }
        handle(SIGUSR1) { _ in Signals.interruption.requestSave() }
    }

    /// Interrupted system calls are restarted: no read or write fails for a signal's sake.
    private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        sigaction(number, nil, &action)
        let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
        if isIgnored && (number == SIGHUP || number == SIGINT) { return }
        action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
        // Whoever started this process may have had the signal blocked, and that is passed on.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
