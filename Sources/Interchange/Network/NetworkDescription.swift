import Foundation
import Layers
import Models
import Networks
import RunSettings
import Splits

/// What a file of another program has no place for, as a JSON text beside it, so that Lockstep reads its own files without loss: the
/// network in words and the meaning of its inputs and outputs.
struct NetworkDescription: Codable {
    /// All options of all items.
    let layers: String
    let loss: String
    let outputActivation: String
    /// That of the training data; measurements are not standardised, since the output layer gives them in the unit of the data.
    let schema: Schema

    /// The name under which the text stands in a file.
    static let key = "lockstep"

    init(of model: Model) {
        layers = model.configuration.layers.fullText
        loss = model.network.objective.loss.rawValue
        outputActivation = model.network.objective.outputActivation.rawValue
        var schema = model.schema
        (schema.labels.means, schema.labels.deviations) = ([], [])
        self.schema = schema
    }

    /// - Returns: nil for a text that is no description.
    init?(text: String) {
        guard let description = try? Self.decoder.decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = description
    }

    /// The JSON text, with the members in the order of their names.
    func text() throws -> String { String(decoding: try Self.encoder.encode(self), as: UTF8.self) }

    // The ranges of inputs that nobody has seen begin at infinity, which JSON has no number for.
    private static let infinities = ("inf", "-inf", "nan")

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: infinities.0, negativeInfinity: infinities.1, nan: infinities.2)
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: infinities.0, negativeInfinity: infinities.1, nan: infinities.2)
        return decoder
    }
}
