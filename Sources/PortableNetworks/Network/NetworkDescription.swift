import Foundation
import Kernels
import Layers
import Models
import Networks
import RecurrentLayers
import RunSettings
import Splits

/// What a file of another program has no place for, as a JSON text beside it, so that Lockstep reads its own files without loss: the
/// network in words and the meaning of its inputs and outputs.
package struct NetworkDescription: Codable {
    /// All options of all items.
    package let layers: String
    /// Of items that say none.
    package let activation: String
    package let loss: String
    package let outputActivation: String
    /// That of the training data; measurements are not standardised, since the output layer gives them in the unit of the data.
    package let schema: Schema

    /// The name under which the text stands in a file.
    package static let key = "lockstep"

    package init(of model: Model) {
        layers = model.configuration.layers.fullText
        activation = model.configuration.activation.rawValue
        loss = model.network.objective.loss.rawValue
        outputActivation = model.network.objective.outputActivation.rawValue
        var schema = model.schema
        (schema.labels.means, schema.labels.deviations) = ([], [])
        self.schema = schema
    }

    /// - Returns: nil for a text that is no description.
    package init?(text: String) {
        guard let description = try? Self.decoder.decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = description
    }

    /// The JSON text, with the members in the order of their names.
    package func text() throws -> String { String(decoding: try Self.encoder.encode(self), as: UTF8.self) }

    /// The network that it describes.
    /// - Throws: `ModelImportError`.
    package func model(file: String) throws(ModelImportError) -> Model {
        guard let loss = Loss(rawValue: loss), let activation = Activation(rawValue: activation),
            let outputActivation = Activation(rawValue: outputActivation)
        else { throw ModelImportError(file: file, .unreadable("its description of the network is damaged")) }
        var configuration = Configuration()
        (configuration.activation, configuration.outputActivation) = (activation, outputActivation)
        do {
            configuration.layers = layers.isEmpty ? [] : try NetworkReader.all.items(of: layers)
            return try Model(configuration: configuration, loss: loss, schema: schema)
        } catch let error as SettingsError {
            throw ModelImportError(file: file, .settings(error))
        } catch {
            throw ModelImportError(file: file, .unreadable("its description of the network is damaged"))
        }
    }

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
