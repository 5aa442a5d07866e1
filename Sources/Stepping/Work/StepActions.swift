/// A piece of a step.
enum StepAction {
    case work(WorkList)
    /// Messages to and from other ranks, when the lists before it are done.
    case exchange(() throws -> Void)

    var isExchange: Bool {
        if case .exchange = self { true } else { false }
    }
}

extension WorkerPool {
    /// Runs the lists up to each exchange at once.
    /// - Parameter agree: tells the other ranks before an exchange of an error, and throws the one that ends the step for all.
    /// - Returns: how many actions are finished, from the first on, and the error that ended them.
    func outcome(
        of actions: [StepAction], sparing spared: Int, agree: ((any Error)?) throws -> Void
    ) -> (finished: Int, error: (any Error)?) {
        var waiting: [WorkList] = []
        var finished = 0
        func runWaiting() -> (any Error)? {
            let outcome = outcome(of: waiting, sparing: spared)
            finished += outcome.finishedLists
            waiting = []
            return outcome.error
        }
        for action in actions {
            switch action {
            case .work(let list): waiting.append(list)
            case .exchange(let body):
                let error = runWaiting()
                do {
                    try agree(error)
                    try body()
                } catch {
                    return (finished, error)
                }
                finished += 1
            }
        }
        let error = runWaiting()
        return (finished, error)
    }
}
