// Exclusive or, learned from four samples in memory, and saved as a checkpoint that the command reads, too.
import LockstepKit

let features: [[Float]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
let network = try train(
    features: features, classes: [0, 1, 1, 0], classNames: ["false", "true"],
    settings: ["layers": "8", "epochs": "500", "batchSize": "4"]
) { epoch in
    if epoch.number.isMultiple(of: 100) { print("epoch \(epoch.number): loss \(epoch.loss)") }
}
print("classes", try network.predictClasses(features))
try network.save("xor-network.h5")
