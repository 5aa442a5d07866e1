import Kernels

/// A random change of an image before a network learns from it, other in each step. Pixels that are missing or taken away are
/// 0 in the network's input.
public enum ImageChange: Sendable, Equatable {
    /// Mirrors left and right with a probability of ½.
    case flip
    /// Puts a border of so many pixels of 0 around the image, and takes a part of the image's size from a random place (He et
    /// al. 2016).
    case crop(Int)
    /// Moves the image by at most so many pixels up or down, and left or right. Where pixels are missing, those of the border
    /// are repeated.
    case shift(Int)
    /// Sets a square with this side and a random centre to 0, as far as it lies in the image (DeVries and Taylor 2017).
    case cutout(Int)
}

/// The changes of the images of one step. They are functions of seed, step and the image's row in the minibatch: how the
/// minibatch is cut and which worker takes a shard change nothing.
struct StepChanges: Sendable {
    let changes: [ImageChange]
    let seed: UInt64
    /// Of the run, from 1.
    let step: Int

    /// Makes one change after another.
    /// - Parameter row: of the minibatch.
    func apply(to image: ChangingImage, row: Int) {
        for (index, change) in changes.enumerated() {
            let random = Philox(
                seed: seed, purpose: .augmentation, stream: UInt32(truncatingIfNeeded: step), layer: index)
            func draw(_ first: Int, _ second: Int) -> (Int, Int) {
                random.integers(UInt64(row), below: first, second)
            }
            switch change {
            case .flip:
                if draw(2, 1).0 == 1 { image.mirror() }
            case .crop(let border):
                let (down, right) = draw(2 * border + 1, 2 * border + 1)
                image.move(down: down - border, right: right - border, repeatsBorder: false)
            case .shift(let most):
                let (down, right) = draw(2 * most + 1, 2 * most + 1)
                image.move(down: down - most, right: right - most, repeatsBorder: true)
            case .cutout(let side):
                let (row, column) = draw(image.height, image.width)
                image.clear(side: side, row: row, column: column)
            }
        }
    }
}

/// An image [height, width, channels], or [height, width], that is changed in place.
struct ChangingImage {
    private let values: FloatView
    let height: Int
    let width: Int
    private let channels: Int

    init(_ values: FloatView, shape: [Int]) {
        precondition(shape.count == 2 || shape.count == 3)
        (self.values, height, width) = (values, shape[0], shape[1])
        channels = shape.count == 3 ? shape[2] : 1
        precondition(values.count == height * width * channels)
    }

    private func line(_ row: Int) -> FloatView { values.slice(row * width * channels, width * channels) }

    /// Mirrors left and right.
    func mirror() {
        for row in 0..<height {
            let line = line(row)
            for column in 0..<width / 2 {
                let (left, right) = (column * channels, (width - 1 - column) * channels)
                for channel in 0..<channels {
                    let value = line[left + channel]
                    line[left + channel] = line[right + channel]
                    line[right + channel] = value
                }
            }
        }
    }

    /// Each pixel becomes the one so many rows below it, and so many columns right of it; or above and left, if the numbers
    /// are negative. They are smaller than the image.
    /// - Parameter repeatsBorder: whether those of the border, rather than 0, are taken where there is no such pixel.
    func move(down: Int, right: Int, repeatsBorder: Bool) {
        Self.move(values, unit: width * channels, by: down, repeatsBorder: repeatsBorder)
        guard right != 0 else { return }
        for row in 0..<height { Self.move(line(row), unit: channels, by: right, repeatsBorder: repeatsBorder) }
    }

    /// Each unit of a line becomes the one `distance` units after it.
    private static func move(_ line: FloatView, unit: Int, by distance: Int, repeatsBorder: Bool) {
        guard distance != 0 else { return }
        let gap = abs(distance) * unit
        let kept = line.count - gap
        precondition(kept > 0)
        let isForward = distance > 0
        line.slice(isForward ? 0 : gap, kept).copy(from: line.slice(isForward ? gap : 0, kept))
        let missing = line.slice(isForward ? kept : 0, gap)
        guard repeatsBorder else { return missing.pointer.update(repeating: 0) }
        let border = line.slice(isForward ? kept - unit : gap, unit)
        for start in stride(from: 0, to: gap, by: unit) { missing.slice(start, unit).copy(from: border) }
    }

    /// Sets a square to 0. Of an even side, the centre is the first pixel after the middle.
    func clear(side: Int, row: Int, column: Int) {
        let (top, left) = (row - side / 2, column - side / 2)
        let columns = max(0, left)..<min(width, left + side)
        for row in max(0, top)..<min(height, top + side) {
            line(row).slice(columns.lowerBound * channels, columns.count * channels).pointer.update(repeating: 0)
        }
    }
}
