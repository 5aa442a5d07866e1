import Kernels
import Layers

extension RecurrentKernel {
    /// What the kernel keeps of a shard's steps, in the order of the steps, and a worker's memory for one step. Multiplications want room
    /// for whole groups of rows. At inference all steps have one place.
    struct Memories {
        /// Rows of one step, and of all that are kept.
        private let room: Int
        private let capacity: Int
        private let layer: Recurrent
        let keepsSteps: Bool

        init(_ layer: Recurrent, rows: Int, keepsSteps: Bool) {
            room = RowMultiply.room(rows)
            // A step's hidden values are written after those before it, also of samples that end.
            capacity = (keepsSteps ? rows * layer.steps : 0) + rows + room
            (self.layer, self.keepsSteps) = (layer, keepsSteps)
        }

        /// Widths of what is kept: inputs, hidden values before each step, cell values, gates, reset hidden values.
        private var widths: [Int] {
            let (cell, units) = (layer.cell, layer.units)
            return [
                layer.inputs, units, cell.hasCells ? units : 0, cell.keptGates * units, cell.resetsBefore ? units : 0,
            ]
        }

        var keptCount: Int { widths.reduce(0) { $0 + FloatBuffer.aligned(capacity * $1) } }

        func kept(
            _ all: FloatView
        ) -> (inputs: FloatView, hidden: FloatView, cells: FloatView, gates: FloatView, resetHidden: FloatView) {
            var start = 0
            let views = widths.map { width in
                defer { start += FloatBuffer.aligned(capacity * width) }
                return all.slice(start, capacity * width)
            }
            return (views[0], views[1], views[2], views[3], views[4])
        }

        /// Memory of one step, [rows, width].
        enum Scratch: Int, CaseIterable {
            /// Of inputs, then ∂L/∂sums.
            case sums
            /// Those over hidden values, if they are by themselves.
            case recurrentSums
            /// Backward.
            case hiddenGradient, cellsGradient, inputGradient, candidateGradient, resetHiddenGradient
        }

        private func width(_ piece: Scratch) -> Int {
            let (cell, units) = (layer.cell, layer.units)
            return switch piece {
            case .sums: layer.neurons
            case .recurrentSums: cell.isGatedUnit ? layer.neurons : 0
            case .hiddenGradient: units
            case .cellsGradient: cell.hasCells ? units : 0
            case .inputGradient: layer.inputs
            case .candidateGradient, .resetHiddenGradient: cell.resetsBefore ? units : 0
            }
        }

        var scratchCount: Int { Scratch.allCases.reduce(0) { $0 + FloatBuffer.aligned(room * width($1)) } }

        func scratch(_ piece: Scratch, _ all: FloatView) -> FloatView {
            let start = Scratch.allCases.prefix(piece.rawValue).reduce(0) { $0 + FloatBuffer.aligned(room * width($1)) }
            return all.slice(start, room * width(piece))
        }
    }
}
