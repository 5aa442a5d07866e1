import Networks
import Optimizers

extension Setting {
    /// Every setting, in the order in which files list them.
    package static let all: [Setting] = [
        .path("data", \.dataPath, .data, "The dataset, an HDF5 file."),
        .path("features", \.features, .data, "Training features inside the file, where no usual name finds them."),
        .path("labels", \.labels, .data, "Training labels inside the file."),
        .path("validationFeatures", \.validationFeatures, .data, "Features of the validation split inside the file."),
        .path("validationLabels", \.validationLabels, .data, "Labels of the validation split inside the file."),
        .path("testFeatures", \.testFeatures, .data, "Features of the test split inside the file."),
        .path("testLabels", \.testLabels, .data, "Labels of the test split inside the file."),
        Setting(
            key: "featureScale", group: .data,
            help: "Factor of the raw features, such as 1/255, in place of the dataset's attribute scale.",
            form: .number,
            valueName: "number", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                c.featureScale = text == automatic ? nil : try quotient(text, positive)
            },
            text: { $0.featureScale.map { "\($0)" } ?? automatic }),
        Setting(
            key: "layers", group: .network, help: "Widths of the hidden layers, or none.", form: .list,
            valueName: "widths", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in c.layers = try widths(text) },
            text: { $0.layers.map(String.init).joined(separator: ",") }),
        .choice("activation", \.activation, .network, "Activation function of the hidden layers."),
        .automaticChoice(
            "outputActivation", \.outputActivation, .network,
            "Activation function of the output layer; auto takes what goes with the loss."),
        .automaticChoice(
            "loss", \.loss, .network, "What training minimises; auto takes what goes with the labels."),
        .number(
            "labelSmoothing", \.labelSmoothing, fraction, .regularisation,
            "Share of a label's probability that is spread evenly over all classes."),
        Setting(
            key: "classWeights", group: .training,
            help:
                "Factor of each class in the loss: equal, balanced (each class counts the same), or a number a class.",
            form: .text, valueName: "weights", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in c.classWeights = try classWeights(text) },
            text: { $0.classWeights.description }),
        .number("huberDelta", \.huberDelta, positive, .network, "Error from which on the huber loss is linear."),
        Setting(
            key: "initializer", group: .network,
            help:
                "Distribution of the initial weights: \(Initializer.forms.joined(separator: ", ")). auto takes what goes "
                + "with the activation function.", form: .text, valueName: "name", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in c.initializer = try initializer(text) },
            text: { $0.initializer?.description ?? automatic }),
        .number(
            "dropout", \.dropout, fraction, .regularisation,
            "Share of the hidden layers' outputs that is dropped in each training step."),
        .choice("optimizer", \.optimizer, .training, "How gradients become steps."),
        .choice(
            "precision", \.precision, .training,
            "Numbers that are multiplied: fp32, or bf16, which is up to twice as fast where the CPU has instructions for it. "
                + "Sums, parameters and checkpoints are fp32 either way."),
        .automaticNumber(
            "learningRate", \.learningRate, positive, .training,
            "Learning rate; auto takes what goes with the optimizer: 0.1 for sgd, 0.001 for adam, …"),
        Setting(
            key: "schedule", group: .training,
            help:
                "Learning-rate schedule: \(LearningRateSchedule.forms.joined(separator: ", ")). EVERY and AT are numbers of "
                + "steps, or of epochs: 10epochs.", form: .text, valueName: "schedule", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in c.schedule = try schedule(text) },
            text: { $0.schedule.description }),
        .integer(
            "warmupSteps", \.warmupSteps, 0...1_000_000_000, .training,
            "Steps in which the learning rate rises to its value."),
        .automaticInteger(
            "scheduleSteps", \.scheduleSteps, 1...Int.max, .training,
            "Steps after which the schedule ends; auto: the epochs that the run begins with.", shapesBits: true),
        .automaticNumber(
            "momentum", \.momentum, fraction, .training, "Momentum of sgd, lars and rmsprop; auto: 0.9, for rmsprop 0."),
        .flag("nesterov", \.nesterov, .training, "Nesterov's form of momentum."),
        .number(
            "beta1", \.beta1, fraction, .training, "Decay rate of the mean gradient, with adam, adamw and lamb."),
        .number(
            "beta2", \.beta2, fraction, .training, "Decay rate of the mean squared gradient, with adam, adamw and lamb."
        ),
        .number("rho", \.rho, fraction, .training, "Decay rate of the mean squared gradient, with rmsprop."),
        .number(
            "trust", \.trust, positive, .training,
            "Trust coefficient of lars: the length of a layer's step, as a share of its weights' norm, at a learning rate of 1."
        ),
        .automaticNumber(
            "epsilon", \.epsilon, positive, .training,
            "Number that adagrad, rmsprop, adam, adamw and lamb add to what they divide by; auto takes the optimizer's."
        ),
        .number(
            "weightDecay", \.weightDecay, nonNegative, .regularisation, "Factor of the L2 penalty on the weights."),
        .flag(
            "decoupledDecay", \.decoupledDecay, .regularisation,
            "Shrink the weights directly in place of by the gradient; adamw and lamb always do."),
        .flag("decayBiases", \.decayBiases, .regularisation, "Apply weight decay to biases, too."),
        .number("l1", \.l1, nonNegative, .regularisation, "Factor of the L1 penalty on the weights."),
        .automaticNumber(
            "maxNorm", \.maxNorm, positive, .regularisation,
            "Scale each neuron's incoming weights down to this norm.", none: "none"),
        .automaticNumber(
            "clipNorm", \.clipNorm, positive, .training, "Clip the gradients by their global norm.", none: "none"),
        .automaticNumber(
            "clipValue", \.clipValue, positive, .training, "Clip each element of the gradients.", none: "none"),
        .automaticNumber(
            "movingAverage", \.movingAverage, fraction, .training,
            "Decay rate of an exponential moving average of the parameters, such as 0.99. The network is then judged and used "
                + "with the average.", none: "none"),
        .integer("batchSize", \.batchSize, 1...10_000_000, .training, "Samples of a batch, over all workers."),
        .integer(
            "accumulate", \.accumulate, 1...1_000_000, .training,
            "Batches of a step: their gradients are accumulated before an update."),
        .flag(
            "largeBatch", \.largeBatch, .training,
            "Choose a learning rate, warm-up and schedule that suit a large batch, and above 1,024 samples lamb. What is given "
                + "stays; what is chosen is printed.", shapesBits: false),
        .automaticInteger(
            "shards", \.shards, 1...4096, .run,
            "Parts of a minibatch that are computed at the same time; auto: by batch size and network.",
            shapesBits: true),
        Setting(
            key: "seed", group: .training, help: "Seed of the initial weights, of shuffles and of dropout.",
            form: .integer,
            valueName: "N", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                guard let seed = UInt64(text) else { throw .notOfForm("a whole number from 0 to 2⁶⁴ − 1", given: text) }
                c.seed = seed
            },
            text: { "\($0.seed)" }),
        .choice(
            "shuffle", \.shuffle, .training, "Order of the samples: shuffled anew in each epoch, or that of the file."),
        .choice(
            "onDivergence", \.onDivergence, .run,
            "When the loss is not finite any more: stop, or go back to a checkpoint and halve the learning rate.",
            shapesBits: false),
        .integer(
            "epochs", \.epochs, 1...1_000_000_000, .training, "Passes over the training samples.", shapesBits: false),
        .automaticInteger(
            "maxSteps", \.maxSteps, 0...Int.max, .training,
            "Steps after which the run ends; 0 saves the initial parameters.", shapesBits: false, none: "none"),
        .automaticInteger(
            "patience", \.patience, 1...1_000_000_000, .regularisation,
            "End the run when the loss on the validation split, or else the test split, has not fallen for so many epochs. The "
                + "run's network is then the best, not the last.", shapesBits: false, none: "none"),
        .path("initialWeights", \.initialWeights, .run, "Checkpoint or run whose parameters are the initial ones."),
        .automaticInteger(
            "workers", \.workers, 1...1024, .run,
            "Threads; the trained bits do not depend on them. auto: all cores, fewer for small steps.",
            shapesBits: false),
        Setting(
            key: "checkpointEvery", group: .run,
            help: "Steps, epochs or minutes from one checkpoint to the next: 500, 1epoch, 10min.", form: .text,
            valueName: "interval", shapesBits: false,
            set: { (c, text) throws(SettingProblem) in c.checkpointEvery = try cadence(text) },
            text: { $0.checkpointEvery?.description ?? automatic }),
        .integer(
            "keep", \.keep, 1...1_000_000_000, .run, "Checkpoints that are kept, beside the best.", shapesBits: false),
    ]
}

extension Configuration {
    /// `data`, for the table: the empty path is no path.
    fileprivate var dataPath: String? {
        get { data.isEmpty ? nil : data }
        set { data = newValue ?? "" }
    }
}
