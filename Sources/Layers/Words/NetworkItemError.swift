/// An item that can be read, but does not fit the others, or the shape before it.
package struct NetworkItemError: Error, Sendable, Equatable {
    package enum Problem: Error, Sendable, Equatable {
        /// Two items have the same name.
        case nameIsTaken(String)
        /// A residual block with `project=no` adds its input to an output of another shape.
        case sumOfDifferentShapes(input: [Int], output: [Int])
        /// An item for images or sequences has an input of another shape.
        case isNoImage([Int])
        /// The axes of an input of several dimensions are not said.
        case axesAreOpen([Int])
        case channelsAreFirst([Int])
        /// A size has another number of axes than the input.
        case otherAxes(parameter: String, given: String, inputShape: [Int])
        /// An item for sequences has an input without time.
        case isNoSequence([Int])
        /// An embedding's input is no sequence of ids.
        case areNoIDs([Int])
        /// An embedding's number of entries is neither said nor known from data.
        case entriesAreOpen
        case paddingIsNoEntry(Int, entries: Int)
        /// Sequences of different lengths in one row, in statistics with their padding, or in windows whose places depend on their
        /// ends.
        case flattensLengths, normalizesLengths, padsLengths
        /// There are labels for samples, and outputs for each step.
        case outputsHaveTime
        /// There are labels for the steps of samples, and the item's output has others or none. `steps` are the samples'.
        case outputsHaveOtherSteps(_ steps: Int?)
        /// A shape has another number of elements than the input.
        case otherElements(shape: [Int], inputShape: [Int])
        /// A window does not fit the padded input. The window is with its dilation.
        case windowIsTooLarge([Int], inputShape: [Int])
        /// A transposed convolution's padding takes away all of an output of this size.
        case paddingLeavesNothing(of: [Int])
        /// A pool's windows may lie in its padding.
        case paddingIsTooLarge(String)
        case groupsDoNotDivide(Int, inputs: Int, outputs: Int)
        /// A sample of more than 2³¹ values.
        case outputIsTooLarge([Int])
        /// Groups of channels that have statistics together.
        case channelGroupsDoNotDivide(Int, channels: Int)
        /// Each value would be normalised by itself.
        case oneValueToNormalize([Int])
        /// The items of a residual block leave its input as it is.
        case nothingToAdd
        /// The factor of a learning rate, with those of the blocks around it.
        case rateIsTooLarge(Double)
    }

    package let place: NetworkTextError.Place
    /// The item's text.
    package let item: String
    package let problem: Problem

    package init(place: NetworkTextError.Place, item: String, problem: Problem) {
        (self.place, self.item, self.problem) = (place, item, problem)
    }
}
