import Datasets
import Kernels
import TestSupport
import Testing

@testable import Minibatches

/// Random changes of images, against a plain implementation.
@Suite struct ImageChangeTests {
    /// [row][column][channel]
    private typealias Image = [[[Float]]]

    private static let seed: UInt64 = 11

    /// What the changes make of an image, by their definitions.
    private static func changed(_ image: Image, _ changes: [ImageChange], step: Int, row: Int) -> Image {
        let (height, width) = (image.count, image[0].count)
        let black = image[0][0].map { _ in Float(0) }
        return changes.enumerated().reduce(image) { image, change in
            let bits = Philox(
                seed: seed, purpose: .augmentation, stream: UInt32(step), layer: change.offset
            ).block(UInt64(row))
            /// ⌊bits · bound / 2⁶⁴⌋
            func integer(_ low: UInt32, _ high: UInt32, below bound: Int) -> Int {
                Int((UInt64(high) << 32 | UInt64(low)).multipliedFullWidth(by: UInt64(bound)).high)
            }
            func numbers(_ first: Int, _ second: Int) -> (Int, Int) {
                (integer(bits.x, bits.y, below: first), integer(bits.z, bits.w, below: second))
            }
            switch change.element {
            case .flip:
                return numbers(2, 1).0 == 1 ? image.map { $0.reversed() } : image
            case .crop(let border):
                let side = Array(repeating: black, count: border)
                let line = Array(repeating: black, count: width + 2 * border)
                let lines = Array(repeating: line, count: border)
                let padded = lines + image.map { side + $0 + side } + lines
                let (top, left) = numbers(2 * border + 1, 2 * border + 1)
                return padded[top..<top + height].map { Array($0[left..<left + width]) }
            case .shift(let most):
                let (down, right) = numbers(2 * most + 1, 2 * most + 1)
                return (0..<height).map { y in
                    (0..<width).map { x in
                        image[max(0, min(height - 1, y + down - most))][max(0, min(width - 1, x + right - most))]
                    }
                }
            case .cutout(let side):
                let (row, column) = numbers(height, width)
                return (0..<height).map { y in
                    (0..<width).map { x in
                        let isIn =
                            (row - side / 2..<row - side / 2 + side).contains(y)
                            && (column - side / 2..<column - side / 2 + side).contains(x)
                        return isIn ? black : image[y][x]
                    }
                }
            }
        }
    }

    private static let lists: [[ImageChange]] = [
        [.flip], [.crop(1)], [.crop(3)], [.shift(1)], [.shift(4)], [.cutout(1)], [.cutout(2)], [.cutout(3)],
        [.flip, .crop(2), .cutout(3), .shift(1)], [.cutout(3), .shift(2), .flip, .flip],
    ]

    /// Bytes of images, of which each value is different.
    private func samples(_ count: Int, _ shape: [Int]) -> Samples {
        let bytes = AlignedBuffer<UInt8>(count: count * shape.reduce(1, *))
        for index in 0..<bytes.count { bytes.view[index] = UInt8(1 + index * 7 % 251) }
        return Samples(
            features: FeatureMatrix(bytes: bytes, sampleShape: shape, scale: 0.5),
            targets: .classes(AlignedBuffer(count: count)))
    }

    private func makeLoader(
        _ samples: Samples, _ changes: [ImageChange], leaves: Int = 1, microbatchSize: Int = 100, shards: Int = 3
    ) -> BatchLoader {
        BatchLoader(
            samples: samples, sampler: Sampler(sampleCount: samples.count, shuffle: .full, seed: Self.seed),
            plan: MinibatchPlan(
                batchSize: 70, leafCount: leaves, microbatchSize: microbatchSize, shardCount: shards),
            position: Position(), imageChanges: changes, firstStep: 5)
    }

    /// The gathered features of the rows of a minibatch.
    private func gathered(_ minibatch: Minibatch, width: Int) -> [[Float]] {
        minibatch.microbatches.flatMap { microbatch in
            (0..<microbatch.shards.count).flatMap { shard in
                let rows = microbatch.shards[shard].count
                let features = FloatBuffer(count: rows * width)
                microbatch.gather(featuresOfShard: shard, into: features.view)
                return (0..<rows).map { Array(features.array[$0 * width..<($0 + 1) * width]) }
            }
        }
    }

    @Test(arguments: lists.indices, [[6, 5], [5, 7, 1], [6, 8, 3]])
    func gatheredImagesAreChangedAsDefined(list: Int, shape: [Int]) {
        let (samples, changes) = (samples(160, shape), Self.lists[list])
        let width = shape.reduce(1, *)
        let channels = shape.count == 3 ? shape[2] : 1
        var (loader, plain) = (makeLoader(samples, changes), makeLoader(samples, []))
        for step in 5..<9 {
            let (found, images) = (loader.next(1)[0], plain.next(1)[0])
            let pairs = zip(gathered(found, width: width), gathered(images, width: width))
            for (row, (changed, values)) in pairs.enumerated() {
                let image = (0..<shape[0]).map { y in
                    (0..<shape[1]).map { x in
                        (0..<channels).map { values[(y * shape[1] + x) * channels + $0] }
                    }
                }
                let expected = Self.changed(image, changes, step: step, row: row)
                #expect(changed == expected.flatMap { $0.flatMap(\.self) })
            }
        }
    }

    /// The numbers of a row do not depend on how its minibatch is cut, nor on how many minibatches are asked for at once.
    @Test func changesDoNotDependOnHowAMinibatchIsCut() {
        let (samples, changes) = (samples(160, [6, 5]), Self.lists[8])
        var whole = makeLoader(samples, changes, shards: 1)
        let expected = (0..<4).map { _ in gathered(whole.next(1)[0], width: 30) }
        for (leaves, microbatchSize, shards) in [(1, 100, 7), (2, 100, 3), (2, 9, 2), (4, 64, 5)] {
            var loader = makeLoader(
                samples, changes, leaves: leaves, microbatchSize: microbatchSize, shards: shards)
            // An epoch has three minibatches.
            let found = (loader.next(2) + loader.next(2) + loader.next(1)).map { gathered($0, width: 30) }
            #expect(found == expected)
        }
    }

    /// 1,120 images: bounds of five standard deviations.
    @Test func halfOfTheImagesAreFlippedAndEveryPlaceIsCut() {
        let samples = samples(160, [4, 6])
        var (flips, plain, cuts) = (
            makeLoader(samples, [.flip]), makeLoader(samples, []), makeLoader(samples, [.cutout(1)])
        )
        var (flipped, places, count) = (0, Array(repeating: 0, count: 24), 0)
        for _ in 0..<21 {
            let images = gathered(plain.next(1)[0], width: 24)
            flipped += zip(gathered(flips.next(1)[0], width: 24), images).count { $0 != $1 }
            for image in gathered(cuts.next(1)[0], width: 24) {
                #expect(image.count { $0 == 0 } == 1)
                for place in image.indices where image[place] == 0 { places[place] += 1 }
            }
            count += images.count
        }
        #expect(count == 7 * 160)
        let half = Double(count) / 2
        #expect(abs(Double(flipped) - half) < 5 * (half / 2).squareRoot())
        let mean = Double(count) / 24
        #expect(places.allSatisfy { abs(Double($0) - mean) < 5 * mean.squareRoot() })
    }
}
