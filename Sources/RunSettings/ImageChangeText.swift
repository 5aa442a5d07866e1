import Minibatches

extension ImageChange: CustomStringConvertible {
    /// The forms of the setting.
    package static let forms = ["flip", "crop:PIXELS", "shift:PIXELS", "cutout:PIXELS"]

    /// - Returns: nil for other texts than these forms, and for numbers of pixels that are not from 1 to 1000.
    init?(_ text: String) {
        if text == "flip" {
            self = .flip
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let pixels = Int(parts[1]), (1...1000).contains(pixels) else { return nil }
        switch parts[0] {
        case "crop": self = .crop(pixels)
        case "shift": self = .shift(pixels)
        case "cutout": self = .cutout(pixels)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .flip: "flip"
        case .crop(let pixels): "crop:\(pixels)"
        case .shift(let pixels): "shift:\(pixels)"
        case .cutout(let pixels): "cutout:\(pixels)"
        }
    }

    /// nil for a change without a number.
    package var pixels: Int? {
        switch self {
        case .flip: nil
        case .crop(let pixels), .shift(let pixels), .cutout(let pixels): pixels
        }
    }
}
