import Layers
import Minibatches
import Networks
import Optimizers

extension Setting {
    /// All settings, in the order of settings files.
    package static let all: [Setting] =
        ofData + [
            Setting(
                key: "layers", group: .network,
                help:
                    "Hidden layers, separated by commas: widths, or words such as dense 64 activation=tanh, dropout 0.5, "
                    + "residual [64, 64]. none is a network without hidden layers. Of sequences the default is gru 64, of texts "
                    + "embedding 32, gru 64.",
                form: .list,
                valueName: "layers", shapesBits: true,
                set: { (c, text) throws(SettingProblem) in c.layers = try layers(text) },
                text: { $0.layers.shortText }, fullText: { $0.layers.fullText }),
            .choice("activation", \.activation, .network, "Activation function of the hidden layers."),
            .automaticChoice(
                "outputActivation", \.outputActivation, .network,
                "Activation function of the output layer. auto chooses by the loss."),
            .automaticChoice(
                "loss", \.loss, .network, "Loss function to minimise. auto chooses by the labels."),
            .number(
                "labelSmoothing", \.labelSmoothing, fraction, .regularisation,
                "Label smoothing: the share of a label's probability that is spread evenly over all classes."),
            Setting(
                key: "classWeights", group: .training,
                help:
                    "Weights of the classes in the loss: equal, balanced (rare classes weigh more), or one number for each class.",
                form: .text, valueName: "weights", shapesBits: true,
                set: { (c, text) throws(SettingProblem) in c.classWeights = try classWeights(text) },
                text: { $0.classWeights.description }),
            .number("huberDelta", \.huberDelta, positive, .network, "Error above which the huber loss is linear."),
            Setting(
                key: "initializer", group: .network,
                help:
                    "Distribution of the initial weights: \(Initializer.forms.joined(separator: ", ")). auto chooses by the "
                    + "activation function.", form: .text, valueName: "name", shapesBits: true,
                set: { (c, text) throws(SettingProblem) in c.initializer = try initializer(text) },
                text: { $0.initializer?.description ?? automatic }),
            .number(
                "dropout", \.dropout, fraction, .regularisation,
                "Dropout rate: the share of the hidden layers' outputs that are set to 0 in each training step."),
            Setting(
                key: "augment", group: .regularisation,
                help:
                    "Random changes of training images, other in each step, separated by commas: "
                    + "\(ImageChange.forms.joined(separator: ", ")). flip mirrors left and right; crop puts a border of 0 around the "
                    + "image and cuts out its size; shift moves it and repeats its border; cutout sets a square to 0.",
                form: .text, valueName: "changes", shapesBits: true,
                set: { (c, text) throws(SettingProblem) in c.augment = try imageChanges(text) },
                text: { $0.augment.isEmpty ? "none" : $0.augment.map(\.description).joined(separator: ",") }),
            .automaticInteger(
                "truncate", \.truncate, 1...1_000_000, .training,
                "Truncated backpropagation through time: recurrent layers cut the gradient before every N-th step of a sequence.",
                shapesBits: true, none: "none"),
            .choice(
                "optimizer", \.optimizer, .training, "Optimizer: the rule by which gradients update the parameters."),
            .choice(
                "precision", \.precision, .training,
                "Number format of matrix multiplications. bf16 is up to twice as fast as fp32 if the CPU has instructions for it. "
                    + "Sums, parameters and checkpoints are always fp32."),
            .automaticNumber(
                "learningRate", \.learningRate, positive, .training,
                "Learning rate. auto chooses by the optimizer: 0.1 for sgd (on tables 0.1 · batchSize / 256; for measurements 0.01 at most), 0.001 for adam, …"
            ),
            Setting(
                key: "schedule", group: .training,
                help:
                    "Learning-rate schedule: \(LearningRateSchedule.forms.joined(separator: ", ")). EVERY and AT are given in "
                    + "steps, or in epochs as 10epochs.", form: .text, valueName: "schedule", shapesBits: true,
                set: { (c, text) throws(SettingProblem) in c.schedule = try schedule(text) },
                text: { $0.schedule.description }),
            .integer(
                "warmupSteps", \.warmupSteps, 0...1_000_000_000, .training,
                "Steps of warm-up, over which the learning rate rises to its value."),
            .automaticInteger(
                "scheduleSteps", \.scheduleSteps, 1...Int.max, .training,
                "Length of the schedule in steps. auto is the length of the run as it begins, without epochs that are added later.",
                shapesBits: true
            ),
            .automaticNumber(
                "momentum", \.momentum, fraction, .training,
                "Momentum of sgd, lars and rmsprop. auto is 0.9, or 0 for rmsprop."),
            .flag("nesterov", \.nesterov, .training, "Use Nesterov momentum (sgd only)."),
            .number(
                "beta1", \.beta1, fraction, .training, "Decay rate of the mean gradient, for adam, adamw and lamb."),
            .number(
                "beta2", \.beta2, fraction, .training,
                "Decay rate of the mean squared gradient, for adam, adamw and lamb."
            ),
            .number("rho", \.rho, fraction, .training, "Decay rate of the mean squared gradient, for rmsprop."),
            .number(
                "trust", \.trust, positive, .training,
                "Trust coefficient of lars: the norm of a layer's step relative to the norm of its weights, at learning rate 1."
            ),
            .automaticNumber(
                "epsilon", \.epsilon, positive, .training,
                "Small number added to the denominator by adagrad, rmsprop, adam, adamw and lamb. auto chooses by the optimizer."
            ),
            .number(
                "weightDecay", \.weightDecay, nonNegative, .regularisation, "Factor of the L2 penalty on the weights."),
            .flag(
                "decoupledDecay", \.decoupledDecay, .regularisation,
                "Apply weight decay to the weights directly rather than through the gradient. adamw and lamb always do."
            ),
            .flag("decayBiases", \.decayBiases, .regularisation, "Apply weight decay to biases as well."),
            .number("l1", \.l1, nonNegative, .regularisation, "Factor of the L1 penalty on the weights."),
            .automaticNumber(
                "maxNorm", \.maxNorm, positive, .regularisation,
                "Max-norm constraint: upper bound on the norm of each neuron's incoming weights.", none: "none"),
            .automaticNumber(
                "clipNorm", \.clipNorm, positive, .training,
                "Clip gradients by global norm: upper bound on the norm of all gradients together.", none: "none"),
            .automaticNumber(
                "clipValue", \.clipValue, positive, .training,
                "Clip gradients by value: upper bound on the magnitude of each element.", none: "none"),
            .automaticNumber(
                "movingAverage", \.movingAverage, fraction, .training,
                "Decay rate of an exponential moving average of the parameters, such as 0.99. Evaluation and prediction then use "
                    + "the average.", none: "none"),
            .integer(
                "batchSize", \.batchSize, 1...10_000_000, .training,
                "Number of samples in a batch, over all workers. If it is not given, a table of fewer than 2,560 samples has smaller batches, of a tenth of them at most, but of 16 at least."
            ),
            .integer(
                "accumulate", \.accumulate, 1...1_000_000, .training,
                "Number of batches whose gradients are accumulated for each step."),
            .flag(
                "largeBatch", \.largeBatch, .training,
                "Choose learning rate, warm-up and schedule for a large batch, and the optimizer lamb above 1,024 samples. Given "
                    + "settings are kept; the chosen ones are printed.", shapesBits: false),
            Setting(
                key: "leaves", group: .run,
                help:
                    "Number of parts of a step's samples whose gradients are added in a tree, a power of two up to 64. It shapes the "
                    + "rounding of sums, and limits the number of machines. auto is as many as have 512 samples each, or 1.",
                form: .integer, valueName: "N", shapesBits: true,
                set: { (c, text) throws(SettingProblem) in c.leaves = try leaves(text) },
                text: { $0.leaves.map(String.init) ?? automatic }),
            .automaticInteger(
                "shards", \.shards, 1...4096, .run,
                "Number of parts of a minibatch that are computed in parallel. auto chooses by batch size and network.",
                shapesBits: true),
            .seed(
                "seed", \.seed, .training,
                "Seed of the random numbers for initial weights, shuffling, dropout and changes of images."),
            .choice(
                "shuffle", \.shuffle, .training,
                "Order of the samples: shuffled in each epoch (full), or in the order of the file (none)."),
            .choice(
                "onDivergence", \.onDivergence, .run,
                "What to do when the loss is no longer finite: stop, or return to a checkpoint and halve the learning rate (rollback).",
                shapesBits: false),
            .integer(
                "epochs", \.epochs, 1...1_000_000_000, .training, "Number of passes over the training samples.",
                shapesBits: false),
            .automaticInteger(
                "maxSteps", \.maxSteps, 0...Int.max, .training,
                "Maximum number of steps. 0 only saves the initial parameters.", shapesBits: false, none: "none"),
            .automaticInteger(
                "patience", \.patience, 1...1_000_000_000, .regularisation,
                "Early stopping: end the run when the loss on the validation split, or else the test split, has not improved for "
                    + "this number of epochs. The run's network is then the best one rather than the last.",
                shapesBits: false, none: "none"),
            .path(
                "initialWeights", \.initialWeights, .run,
                "Checkpoint or run directory whose parameters are the initial ones."),
            Setting(
                key: "only", group: .run,
                help:
                    "Layers whose weights --initial-weights gives, such as dense1,dense2. The other layers begin anew. All layers "
                    + "if it is not given.",
                form: .list, valueName: "layers", shapesBits: false,
                set: { (c, text) throws(SettingProblem) in c.only = try names(text) },
                text: { $0.only.isEmpty ? nil : $0.only.joined(separator: ",") }),
            .automaticInteger(
                "workers", \.workers, 1...1024, .run,
                "Number of worker threads. It does not affect the trained bits. auto is all cores, or fewer for small steps.",
                shapesBits: false),
            Setting(
                key: "checkpointEvery", group: .run,
                help: "Interval between checkpoints in steps, epochs or minutes: 500, 1epoch, 10min.", form: .text,
                valueName: "interval", shapesBits: false,
                set: { (c, text) throws(SettingProblem) in c.checkpointEvery = try cadence(text) },
                text: { $0.checkpointEvery?.description ?? automatic }),
            .integer(
                "keep", \.keep, 1...1_000_000_000, .run,
                "Number of newest checkpoints to keep, in addition to the best one.", shapesBits: false),
        ]
}
