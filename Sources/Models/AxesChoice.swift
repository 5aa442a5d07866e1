import Datasets
import Networks
import RunSettings

/// Who says the axes of samples.
package enum AxesSource: Sendable, Equatable {
    case setting
    /// The file's attribute.
    case file
    /// Samples have lengths, so that they are sequences.
    case lengths
    /// Shape and windows tell.
    case shape
    /// A network that has learned before.
    case model
}

extension Configuration {
    /// Who says the axes of training samples.
    func axesSource(of found: FeatureDescription) -> AxesSource {
        axes != nil ? .setting : found.sequences != nil ? .lengths : found.axes != nil ? .file : .shape
    }

    /// Whether data or settings say that training samples are sequences.
    func haveSteps(_ found: FeatureDescription) -> Bool {
        let said = axes?.rawValue ?? found.axes
        return found.sequences != nil || said.map { ["T", SampleAxes.sequence.rawValue].contains($0) } ?? false
    }

    /// The axes of training samples: as setting or file say, or else as shape and windows tell; nil if they stay open because
    /// nothing depends on them.
    /// - Parameter note: receives what the user should be told.
    /// - Throws: `DatasetError.axesContradict`, `.axesDoNotFit`, `.channelsAreFirst`; `SettingsError.networkDoesNotFit` if the
    ///   network needs them and nobody says them.
    func resolvedAxes(of found: FeatureDescription, note: (SchemaNote) -> Void) throws -> String? {
        let (file, dataset, shape) = (found.file, found.dataset, found.sampleShape)
        if let said = axes?.rawValue {
            if let own = found.axes, own != said {
                throw DatasetError.axesContradict(file: file, dataset: dataset, said: said, found: own)
            }
        }
        let areRead = layers.readAxes(of: shape)
        // Whoever does not read axes takes whatever a file says.
        if let said = axes?.rawValue ?? (areRead || !augment.isEmpty ? found.axes : nil) {
            guard said.count == shape.count, SampleAxes(rawValue: said) != nil else {
                throw DatasetError.axesDoNotFit(
                    file: file, dataset: dataset, axes: said, shape: shape, isSaidByFile: axes == nil)
            }
        }
        let said = axes?.rawValue ?? found.axes
        let resolved: String?
        do {
            // Changes of images need axes as windows do.
            let known = said ?? (augment.isEmpty || areRead ? nil : imageAxes(of: shape))
            resolved = try layers.axes(of: shape, said: known)
        } catch {
            throw SettingsError.networkDoesNotFit(error)
        }
        if said == SampleAxes.channelsLast.rawValue, areRead, mayHaveChannelsFirst(shape) {
            // Nobody has square images of bytes with so many channels, nor any that are 3 high.
            guard shape[1] != shape[2] || shape[0] != 3 && found.elementType != "uint8" else {
                throw DatasetError.channelsAreFirst(
                    file: file, dataset: dataset, shape: shape, isSaidByFile: axes == nil)
            }
            note(.channelsMayBeFirst(file: file, dataset: dataset, shape: shape))
        }
        return resolved
    }

    /// Checks that samples whose images are to be changed are images, and large enough.
    /// - Throws: `SettingsError.augmentNeedsImages`, `.augmentIsTooLarge`.
    func requireImages(_ features: FeatureSchema) throws(SettingsError) {
        guard !augment.isEmpty else { return }
        let shape = features.inputShape
        let axes = features.inputAxes ?? imageAxes(of: shape)
        guard axes == "HWC" && shape.count == 3 || axes == "HW" && shape.count == 2 else {
            throw .augmentNeedsImages(shape: features.sampleShape, axes: features.axes)
        }
        let (height, width) = (shape[0], shape[1])
        for change in augment where change.pixels.map({ $0 >= min(height, width) }) ?? false {
            throw .augmentIsTooLarge(change.description, height: height, width: width)
        }
    }

    /// Whether the first number of an image's shape is rather its channels than its height.
    private func mayHaveChannelsFirst(_ shape: [Int]) -> Bool {
        shape.count == 3 && [1, 3, 4].contains(shape[0]) && shape[1] > 4 && shape[2] > 4
    }
}
