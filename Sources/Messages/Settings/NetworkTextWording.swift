import Kernels
import Layers
import Networks

extension NetworkTextError {
    /// "item 2 of 512, convv 3: there is no convv; did you mean conv?"
    package var wording: String {
        "item \(place.numbers.map(String.init).joined(separator: ".")) of \(brief(text)): \(problem.wording)"
    }
}

extension NetworkItemError {
    /// "item 2, residual [32] project=no: its input has shape 64 and its items give 32, …"
    package var wording: String {
        "item \(place.numbers.map(String.init).joined(separator: ".")), \(brief(item)): \(problem.wording)"
    }
}

extension NetworkItemError.Problem {
    fileprivate var wording: String {
        switch self {
        case .nameIsTaken(let name):
            "the name \(name) is another layer's; names are given to one layer each, and output is the last layer's"
        case .sumOfDifferentShapes(let input, let output):
            "its input has shape \(dimensions(input)) and its items give \(dimensions(output)), which cannot be added\n"
                + (output.count == 1 || input.dropLast() == output.dropLast()
                    ? "  leave project=no out, or let the last item in the brackets have "
                        + "\(output.count == 1 ? input.reduce(1, *) : input[input.count - 1]) outputs"
                    : "  let the items in the brackets keep their input's size (pad=same), or divide it by a stride")
        case .isNoImage(let shape):
            "its input has shape \(dimensions(shape)), which is neither an image nor a sequence\n"
                + "  it needs height, width and channels, or time and channels"
        case .isNoSequence(let shape):
            "its input has shape \(dimensions(shape)), which is no sequence: it needs time and channels\n"
                + "  say that samples are sequences with --axes TC, or put the item before what takes time away"
        case .areNoIDs(let shape):
            "its input has shape \(dimensions(shape)), and it needs one id a step\n"
                + "  an embedding is the first item, of samples that are sequences of whole numbers"
        case .entriesAreOpen: "its number of entries is not known\n  say it with entries=, one more than the largest id"
        case .paddingIsNoEntry(let padding, let entries):
            "padding=\(padding) is none of its \(grouped(entries)) entries\n  ids go from 0 to \(entries - 1)"
        case .flattensLengths:
            "sequences may differ in length, so they have no common row of values\n"
                + "  take one row of the steps with returns=last, mean or max of a recurrent layer, or with global-average-pool"
        case .normalizesLengths:
            "sequences may differ in length, and their padding would count in its statistics\n  use layer-norm, or norm=layer"
        case .padsLengths:
            "sequences may differ in length, and where its windows lie would depend on it\n"
                + "  use pad=valid or numbers in convolutions, stride=1, and pools without pad and ceil"
        case .outputsHaveTime:
            "its output is a sequence, and labels are one a sample\n"
                + "  take one row of the steps: with returns=last, mean or max of rnn, lstm or gru, or with global-average-pool"
        case .outputsHaveOtherSteps(let steps?):
            "labels are one a step, and its output does not have the \(counted(steps, "step")) of the samples\n"
                + "  keep them with returns=sequence, with pad=same and stride=1, and without flatten and global-average-pool"
        case .outputsHaveOtherSteps(nil):
            "labels are one a step, but the samples are not taken for sequences\n  say that they are with --axes TC"
        case .axesAreOpen(let shape):
            shape.count == 2
                ? "samples of \(dimensions(shape)) may be images or sequences\n"
                    + "  say what they are: --axes HW, or TC for time and channels"
                : "samples of \(dimensions(shape)) may have their channels last or first\n"
                    + "  say where they are: --axes HWC or CHW"
        case .channelsAreFirst(let shape):
            "samples of \(dimensions(shape)) have their channels first\n"
                + "  begin without initial weights, which do not know it, or with some that have learned with --axes CHW"
        case .otherAxes("pad", let given, let shape):
            "pad \(given) has \(counted(given.split { !$0.isNumber }.count, "number")), and its input has shape \(dimensions(shape))\n"
                + "  write one number for each side, \(shape.count == 3 ? "top.bottom.left.right" : "before.after"), or one for all"
        case .otherAxes(let parameter, let given, let shape):
            "\(parameter) \(given) has \(counted(given.split { !$0.isNumber }.count, "number")), and its input has shape "
                + "\(dimensions(shape)): \(shape.count == 3 ? "height, width and channels" : "time and channels")\n"
                + "  write one number for each of \(shape.count == 3 ? "height and width" : "time"), or one for all"
        case .otherElements(let shape, let inputShape):
            "its shape \(dimensions(shape)) has \(elements(shape)), and its input of \(dimensions(inputShape)) has "
                + "\(elements(inputShape))\n  the numbers of a shape must give as many when they are multiplied"
        case .windowIsTooLarge(let window, let shape):
            "its window of \(dimensions(window)) is larger than its input, \(dimensions(shape)), with padding\n"
                + "  use pad=same, a smaller window, or one pool or stride less before it"
        case .paddingLeavesNothing(let size):
            "its padding leaves nothing of an output of \(dimensions(size))\n  use pad=same, or less padding"
        case .paddingIsTooLarge(let padding):
            "pad=\(padding) is more than half of its window, so windows would lie in the padding\n"
                + "  use a larger window, or less padding"
        case .groupsDoNotDivide(let groups, let inputs, let outputs):
            "groups=\(groups) does not divide its \(counted(inputs, "input channel")) and \(counted(outputs, "filter"))\n"
                + "  use groups=\(divisors(of: inputs, and: outputs))"
        case .outputIsTooLarge(let shape):
            "its output would have shape \(dimensions(shape)), more than 2,147,483,648 values a sample\n"
                + "  use a smaller stride, or fewer filters"
        case .channelGroupsDoNotDivide(let groups, let channels):
            "\(counted(groups, "group")) cannot share its \(counted(channels, "channel")) evenly\n"
                + "  use \(divisors(of: channels, and: channels)) groups"
        case .oneValueToNormalize(let shape):
            "its input has shape \(dimensions(shape)), so each value would be normalised by itself and become 0\n"
                + "  use batch normalisation, or groups of more channels"
        case .nothingToAdd:
            "its items leave its input as it is, so there is nothing to add\n  write a layer among the items in the brackets"
        case .rateIsTooLarge(let rate):
            "its rate, with those of the blocks around it, must be at most 1000000 (got \(shortNumber(rate)))"
        }
    }
}

extension NetworkTextError.Problem {
    fileprivate var wording: String {
        switch self {
        case .isMissing: "there is nothing; write a width or a word between commas"
        case .unknownKind(let name, let kinds):
            "there is no \(brief(name))\(suggestion(name, kinds))\n  items are widths, or begin with \(listed(kinds, most: 30))"
        case .unknownOption(let name, let kind, let options):
            "\(kind) has no option \(brief(name))\(suggestion(name, options))\n  it has \(listed(options, most: 20))"
        case .optionTwice(let name): "\(name) is given twice"
        case .numberIsMissing(let name, let form): "\(name) is missing, \(form.wording)"
        case .badValue(let name, let form, let given):
            "\(name) must be \(form.wording) (got \(given.isEmpty ? "nothing" : brief(given)))" + form.suggestion(given)
        case .meansNothing(let option, let condition):
            "\(option)= means nothing without \(condition.option)=\(condition.value ?? "")"
        case .unexpected(let token):
            "\(brief(token)) does not belong there; items have commas between them, and options are written name=value"
        case .bracketIsOpen: "a bracket is never closed; write ] after the last item in it"
        case .bracketsAreMissing: "its items are missing; write them in brackets, as in residual [64, 64]"
        case .bracketsWithoutWord: "brackets hold the items of a block, after its word, as in residual [64, 64]"
        case .tooDeep(let deepest): "brackets may be at most \(deepest) deep"
        }
    }
}

extension ItemKind.Form {
    fileprivate var wording: String {
        switch self {
        case .integer(let bounds): "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        case .share: "a number from 0 up to 1, without 1"
        case .factor: "a number of 0 or more"
        case .choice(let words):
            words.count > 2 ? "one of \(words.joined(separator: ", "))" : words.joined(separator: " or ")
        case .sizes: "a size such as 3x3, or one number for all axes, from 1 to 1000"
        case .shape: "a shape such as 8x8x3, of numbers from 1 to 1000000"
        case .padding: "same, valid, a number for all sides, or one for each side as in 0.1.0.1"
        case .integerOr(let word, let bounds):
            "\(word), or a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        case .normalization: "none, batch, layer, instance, or group: and a number of groups, as in group:8"
        case .name: "a name of letters, digits, - and _ that begins with a letter"
        }
    }

    fileprivate func suggestion(_ given: String) -> String {
        guard case .choice(let words) = self else { return "" }
        return Messages.suggestion(given, words)
    }
}

/// "1, 2 or 4": the numbers that divide both, 8 of them at most.
private func divisors(of first: Int, and second: Int) -> String {
    let all: [Int] = (1...min(first, second)).filter { first % $0 == 0 && second % $0 == 0 }
    let words = all.prefix(8).map { "\($0)" }
    return [words.dropLast().joined(separator: ", "), words.last].compactMap(\.self).filter { !$0.isEmpty }
        .joined(separator: " or ")
}

private func elements(_ shape: [Int]) -> String {
    counted(shape.reduce(1) { $0.multipliedSaturating(by: $1) }, "element")
}

private func suggestion(_ word: String, _ words: [String]) -> String {
    nearest(to: word, in: words).map { "; did you mean \($0)?" } ?? ""
}
