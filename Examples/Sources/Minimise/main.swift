// Rosenbrock's valley, whose lowest point is (1, 1), with Adam. Without a gradient, central differences are taken.
import LockstepKit

let path = try minimise(
    from: [-1.2, 1], steps: 5000, settings: ["optimizer": "adam", "learningRate": "0.1"]
) { x in
    (1 - x[0]) * (1 - x[0]) + 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0])
}
for step in [0, 10, 100, 1000, 5000] { print("step \(step):", path[step]) }
