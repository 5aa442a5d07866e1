import CVector

/// One step of recurrent cells for some rows, each with `units` hidden values. A gate's units lie together in each row. What is
/// written may lie where an operand of the same elements lies: hidden values over those of the step before, cells likewise.
package struct RecurrentStep: Sendable {
    package let rows: Int
    package let units: Int

    package init(rows: Int, units: Int) { (self.rows, self.units) = (rows, units) }

    private func require(_ view: FloatView, gates: Int = 1) { precondition(view.count >= rows * gates * units) }
}

/// h = tanh(s) (Elman 1990).
extension RecurrentStep {
    /// - Parameters:
    ///   - sums: s, [rows, units].
    ///   - hidden: h, [rows, units], written.
    package func elman(sums: FloatView, hidden: FloatView) {
        require(sums)
        require(hidden)
        cvector_rnn(sums.base, rows, units, hidden.base)
    }

    /// - Parameter sumsGradient: ∂L/∂s, written.
    package func elmanBackward(hidden: FloatView, hiddenGradient: FloatView, sumsGradient: FloatView) {
        require(hidden)
        require(hiddenGradient)
        require(sumsGradient)
        cvector_rnn_backward(hidden.base, hiddenGradient.base, rows, units, sumsGradient.base)
    }
}

/// i, f, o = σ(s_i), σ(s_f), σ(s_o), g = tanh(s_g), c = f c′ + i g, h = o tanh(c) (Hochreiter and Schmidhuber 1997, Gers et al. 2000).
extension RecurrentStep {
    /// - Parameters:
    ///   - sums: s of i, f, g, o, [rows, 4 units].
    ///   - gates: i, f, g, o, [rows, 4 units], written.
    package func longShortTermMemory(
        sums: FloatView, cellsBefore: FloatView, gates: FloatView, cells: FloatView, hidden: FloatView
    ) {
        require(sums, gates: 4)
        require(gates, gates: 4)
        require(cellsBefore)
        require(cells)
        require(hidden)
        cvector_lstm(sums.base, cellsBefore.base, rows, units, gates.base, cells.base, hidden.base)
    }

    /// - Parameters:
    ///   - cellsGradient: ∂L/∂c by way of later steps, which becomes ∂L/∂c′.
    ///   - sumsGradient: ∂L/∂s, written.
    package func longShortTermMemoryBackward(
        gates: FloatView, cellsBefore: FloatView, cells: FloatView, hiddenGradient: FloatView, cellsGradient: FloatView,
        sumsGradient: FloatView
    ) {
        require(gates, gates: 4)
        require(sumsGradient, gates: 4)
        require(cellsBefore)
        require(cells)
        require(hiddenGradient)
        require(cellsGradient)
        cvector_lstm_backward(
            gates.base, cellsBefore.base, cells.base, hiddenGradient.base, rows, units, cellsGradient.base,
            sumsGradient.base)
    }
}

/// z, r = σ(s_z + t_z), σ(s_r + t_r), n = tanh(s_n + r (t_n + b)), h = (1 − z) n + z h′, of sums s of the input and t of h′ (Cho et al.
/// 2014, with the reset after the multiplication).
extension RecurrentStep {
    /// - Parameters:
    ///   - sums: s of z, r, n, [rows, 3 units]; `recurrentSums` t.
    ///   - bias: b, [units].
    ///   - gates: z, r, n and t_n + b, [rows, 4 units], written.
    package func gatedUnit(
        sums: FloatView, recurrentSums: FloatView, bias: FloatView, hiddenBefore: FloatView, gates: FloatView,
        hidden: FloatView
    ) {
        require(sums, gates: 3)
        require(recurrentSums, gates: 3)
        require(hiddenBefore)
        require(hidden)
        require(gates, gates: 4)
        precondition(bias.count == units)
        cvector_gru(
            sums.base, recurrentSums.base, bias.base, hiddenBefore.base, rows, units, gates.base, hidden.base)
    }

    /// - Parameters:
    ///   - hiddenGradient: ∂L/∂h, which becomes z ∂L/∂h, the part of ∂L/∂h′ that does not go by way of t.
    ///   - sumsGradient: ∂L/∂s, written; `recurrentGradient` ∂L/∂t.
    package func gatedUnitBackward(
        gates: FloatView, hiddenBefore: FloatView, hiddenGradient: FloatView, sumsGradient: FloatView,
        recurrentGradient: FloatView
    ) {
        require(sumsGradient, gates: 3)
        require(recurrentGradient, gates: 3)
        require(hiddenBefore)
        require(hiddenGradient)
        require(gates, gates: 4)
        cvector_gru_backward(
            gates.base, hiddenBefore.base, rows, units, hiddenGradient.base, sumsGradient.base, recurrentGradient.base)
    }
}

/// z, r as above, n = tanh(s_n + t_n) with t_n of r h′ (Cho et al. 2014): two halves, between which t_n is computed.
extension RecurrentStep {
    /// - Parameters:
    ///   - recurrentSums: t of z and r, [rows, 2 units].
    ///   - gates: z, r, n, [rows, 3 units], of which z and r are written.
    ///   - resetHidden: r h′, written.
    package func resetUnitGates(
        sums: FloatView, recurrentSums: FloatView, hiddenBefore: FloatView, gates: FloatView, resetHidden: FloatView
    ) {
        require(sums, gates: 3)
        require(gates, gates: 3)
        require(hiddenBefore)
        require(resetHidden)
        require(recurrentSums, gates: 2)
        cvector_gru_gates(
            sums.base, recurrentSums.base, hiddenBefore.base, rows, units, gates.base, resetHidden.base)
    }

    /// - Parameter recurrentSums: t_n, [rows, units].
    package func resetUnitCandidate(
        sums: FloatView, recurrentSums: FloatView, hiddenBefore: FloatView, gates: FloatView, hidden: FloatView
    ) {
        require(sums, gates: 3)
        require(gates, gates: 3)
        require(recurrentSums)
        require(hiddenBefore)
        require(hidden)
        cvector_gru_candidate(
            sums.base, recurrentSums.base, hiddenBefore.base, rows, units, gates.base, hidden.base)
    }

    /// - Parameters:
    ///   - hiddenGradient: ∂L/∂h, which becomes z ∂L/∂h.
    ///   - sumsGradient: ∂L/∂s, of which z and n are written.
    ///   - recurrentGradient: ∂L/∂t of z and r, [rows, 2 units], of which z is written.
    ///   - candidateGradient: ∂L/∂t_n, [rows, units], written.
    package func resetUnitCandidateBackward(
        gates: FloatView, hiddenBefore: FloatView, hiddenGradient: FloatView, sumsGradient: FloatView,
        recurrentGradient: FloatView, candidateGradient: FloatView
    ) {
        require(gates, gates: 3)
        require(sumsGradient, gates: 3)
        require(hiddenBefore)
        require(hiddenGradient)
        require(candidateGradient)
        require(recurrentGradient, gates: 2)
        cvector_gru_candidate_backward(
            gates.base, hiddenBefore.base, rows, units, hiddenGradient.base, sumsGradient.base, recurrentGradient.base,
            candidateGradient.base)
    }

    /// - Parameters:
    ///   - resetHiddenGradient: ∂L/∂(r h′).
    ///   - hiddenGradient: to which r ∂L/∂(r h′) is added.
    package func resetUnitGatesBackward(
        gates: FloatView, hiddenBefore: FloatView, resetHiddenGradient: FloatView, hiddenGradient: FloatView,
        sumsGradient: FloatView, recurrentGradient: FloatView
    ) {
        require(gates, gates: 3)
        require(sumsGradient, gates: 3)
        require(hiddenBefore)
        require(resetHiddenGradient)
        require(hiddenGradient)
        require(recurrentGradient, gates: 2)
        cvector_gru_gates_backward(
            gates.base, hiddenBefore.base, resetHiddenGradient.base, rows, units, hiddenGradient.base,
            sumsGradient.base, recurrentGradient.base)
    }
}
