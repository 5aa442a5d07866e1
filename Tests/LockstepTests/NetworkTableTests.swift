import Foundation
import Testing

/// What is shown and checked of networks in words.
@Suite struct NetworkTableTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// A layer from n to m neurons has nm weights and m biases, and takes 2nm operations; a sum of n takes n. Each output
    /// takes 4 bytes, and so does its gradient.
    @Test func theTableHasALineForEachItem() throws {
        let layers =
            "64, residual [32, 64], dropout 0.5, residual [dense 32 activation=gelu, residual [8, 32], dropout 0.25] "
            + "project=yes activation=tanh, activation relu"
        let result = try work.lockstep("train", data("digits.h5"), "--layers", layers, "--dry-run")
        try #require(result.status == 0, "\(result.errors)")
        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(
            lines[2] == """
                network  64 → \(layers) → 10, relu, softmax, cross-entropy; 13,362 parameters
                """)
        let table = """
            layer                                 name         output  parameters  operations a sample  bytes a sample
            64                                    dense1       64           4,160                8,192             512
            residual                              residual1    64               0                   64           1,024
              32                                  dense2       32           2,080                4,096             256
              64                                  dense3       64           2,112                4,096             512
            dropout 0.5                           dropout1     64               0                    0             512
            residual project=yes activation=tanh  residual2    32           2,048                4,128             768
              dense 32 activation=gelu            dense4       32           2,080                4,096             256
              residual                            residual3    32               0                   32             512
                8                                 dense5       8              264                  512              64
                32                                dense6       32             288                  512             256
              dropout 0.25                        dropout2     32               0                    0             256
            activation relu                       activation1  32               0                    0             256
            output 10                             output       10             330                  640              80
            all                                                            13,362               26,368           5,264
            """
        #expect(Array(lines[3...17]) == table.split(separator: "\n").map { "         " + $0 })
    }

    /// Layers that are not trained are checked all the same.
    @Test(arguments: [
        (
            "12, residual [7, 12], residual [dense 9 bias=no] activation=identity",
            [
                "dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias", "dense3/weight", "dense3/bias",
                "dense4/weight", "residual2/project/weight", "output/weight", "output/bias",
            ]
        ),
        (
            "12 trainable=no rate=0.5, residual [12] trainable=no",
            ["dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias", "output/weight", "output/bias"]
        ),
        (
            "conv 4 3x3, max-pool 2, conv 6 3x3 activation=tanh bias=no, residual [depthwise 3x3], average-pool 3 stride=1, 8",
            [
                "conv1/weight", "conv1/bias", "conv2/weight", "depthwise1/weight", "depthwise1/bias", "dense1/weight",
                "dense1/bias", "output/weight", "output/bias",
            ]
        ),
        (
            "transposed-conv 4 3x3 stride=2 activation=tanh, dropout2d 0.25, average-pool 4, reshape 8x8, conv 3 3, 8",
            [
                "transposed-conv1/weight", "transposed-conv1/bias", "conv1/weight", "conv1/bias", "dense1/weight",
                "dense1/bias", "output/weight", "output/bias",
            ]
        ),
        (
            "12, residual [dropout 0.5, 12], activation gelu, dropout 0.25 name=last",
            ["dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias", "output/weight", "output/bias"]
        ),
    ])
    func gradientsOfEveryTensorAgree(layers: String, tensors: [String]) throws {
        for activation in ["relu", "tanh"] {
            let result = try work.lockstep(
                "gradcheck", data("digits.h5"), "--layers", layers, "--activation", activation)
            try #require(result.status == 0, "\(result.errors)")
            let lines = result.output.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("network  64 → "))
            #expect(lines[3..<3 + tensors.count].map { String($0.prefix { $0 != " " }) } == tensors)
            #expect(lines[3 + tensors.count].hasPrefix("all agree; the worst is "))
        }
    }
}
