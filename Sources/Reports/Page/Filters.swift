import Layers
import Messages
import Pages
import Runs

/// The filters of a network's first convolution, as pictures.
struct Filters {
    let grid: PictureGrid

    private static let most = 128

    /// Returns nil if the first layer is no convolution of images of one or three channels, with windows larger than a pixel.
    init?(of checkpoint: Checkpoint) {
        let network = checkpoint.model.network
        guard let node = network.nodes.first, node.layer is Convolution,
            let weight = network.layout.tensors.first, weight.shape.count == 4,
            let image = ImageShape(height: weight.shape[2], width: weight.shape[3], channels: weight.shape[1])
        else { return nil }
        let values = checkpoint.networkParameters.view.slice(weight).array
        let largest = values.map(abs).max() ?? 0
        let count = min(weight.shape[0], Self.most)
        let items = (0..<count).compactMap { filter -> PictureGrid.Item? in
            let own = Self.channelsLast(
                Array(values[filter * image.count..<(filter + 1) * image.count]), channels: weight.shape[1])
            return image.picture(own, range: -largest...largest).map { PictureGrid.Item($0) }
        }
        grid = PictureGrid(
            title: "The filters of \(node.name)", items: items,
            caption: "Black is \(figure(-Double(largest))), white \(figure(Double(largest)))."
                + (count < weight.shape[0] ? " The first \(count) of \(grouped(weight.shape[0]))." : ""))
    }

    /// From [channels, pixels] to [pixels, channels].
    private static func channelsLast(_ values: [Float], channels: Int) -> [Float] {
        let pixels = values.count / channels
        return (0..<values.count).map { values[$0 % channels * pixels + $0 / channels] }
    }
}
