/// A piece of a step.
enum StepAction {
    case work(WorkList)
    /// Messages to and from other ranks, when the lists before it are done.
    case exchange(() throws -> Void)

    var work: WorkList? {
        if case .work(let list) = self { list } else { nil }
    }
}

extension WorkerPool {
    /// Runs the actions of a process that trains alone, all at once: its exchanges have nothing to do.
    /// - Returns: how many are finished, from the first on, and the error that ended them.
    func outcome(of actions: [StepAction], sparing spared: Int) -> (finished: Int, error: (any Error)?) {
        let outcome = outcome(of: actions.compactMap(\.work), sparing: spared)
        var lists = 0
        let unfinished = actions.firstIndex { action in
            lists += action.work == nil ? 0 : 1
            return lists > outcome.finishedLists
        }
        return (unfinished ?? actions.count, outcome.error)
    }

    /// Runs the actions of a rank, up to each exchange.
    /// - Parameter agree: tells the other ranks of an error before an exchange, and throws the error that ends the step for
    ///   all.
    func outcome(
        of actions: [StepAction], sparing spared: Int, agree: ((any Error)?) throws -> Void
    ) -> (finished: Int, error: (any Error)?) {
        var waiting: [WorkList] = []
        var finished = 0
        for (index, action) in actions.enumerated() {
            switch action {
            case .work(let list): waiting.append(list)
            case .exchange(let body):
                let outcome = outcome(of: waiting, sparing: spared)
                waiting = []
                do {
                    try agree(outcome.error)
                    try body()
                } catch {
                    return (finished, error)
                }
                finished = index + 1
            }
        }
        let outcome = outcome(of: waiting, sparing: spared)
        return (outcome.error == nil ? actions.count : finished, outcome.error)
    }
}
