// Loads a checkpoint, or a run's `best` or `latest`, and predicts with it: UseACheckpoint CHECKPOINT NUMBER…
import LockstepKit

let (path, numbers) = (CommandLine.arguments.dropFirst().first ?? "", CommandLine.arguments.dropFirst(2))
do {
    let network = try TrainedNetwork(checkpoint: path)
    let outputs = try network.predict([numbers.compactMap { Float($0) }])[0]
    for (name, output) in zip(network.outputNames, outputs) { print(name, output) }
} catch {
    print(error)
}
