// The few loops that no library has, compiled for several instruction sets; the loader chooses one at the start. Every
// sum has one fixed order, so a result depends on its operands and the instruction set alone.
//
// Letters: R rows, N columns (the width of a layer or of the network's output). All matrices are row-major.
#ifndef CVECTOR_H
#define CVECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    CVECTOR_IDENTITY,
    CVECTOR_STEP,
    CVECTOR_SIGN,
    CVECTOR_SIGMOID,
    CVECTOR_TANH,
    CVECTOR_RELU,
    CVECTOR_LEAKY_RELU,
    CVECTOR_ELU,
    CVECTOR_SELU,
    CVECTOR_SOFTMAX,
    CVECTOR_LOG_SOFTMAX,
} cvector_activation;

// MARK: about.c

// The instruction set of the loops that the loader chose for this CPU: "x86-64-v4", "x86-64-v3", "x86-64", or
// "baseline" on other architectures.
const char *cvector_instructions(void);

// MARK: gather.c, gathering samples into a minibatch

// destination[i] = source[i] * scale + offset
void cvector_scale_bytes(const uint8_t *source, float *destination, size_t count, float scale, float offset);
void cvector_scale_floats(const float *source, float *destination, size_t count, float scale, float offset);

// The index of the first value that is NaN or infinite, or count.
size_t cvector_first_not_finite(const float *values, size_t count);

// MARK: narrow.c, from types of more significant digits than float

// destination [R, N] = source [R, N], rounded to the nearest float. smallest and largest [N], which begin as infinity and
// -infinity, become those of each column; NaN is skipped.
void cvector_narrow_doubles(const double *restrict source, float *restrict destination, size_t rows, size_t columns,
                            double *restrict smallest, double *restrict largest);

// The same for integers; rounded [N] becomes 1 for a column with an integer that no float equals.
void cvector_narrow_int64(const int64_t *restrict source, float *restrict destination, size_t rows, size_t columns,
                          double *restrict smallest, double *restrict largest, uint8_t *restrict rounded);
void cvector_narrow_uint64(const uint64_t *restrict source, float *restrict destination, size_t rows, size_t columns,
                           double *restrict smallest, double *restrict largest, uint8_t *restrict rounded);

// MARK: activation.c

// values [R, N]: z in, activation(z) out. Only for sigmoid, the identity, and activations that oneDNN does not have.
void cvector_activate(cvector_activation activation, float *values, size_t rows, size_t columns);

// gradient [R, N]: dL/dy in, dL/dz out, for y = activation(z) given as outputs [R, N].
void cvector_activation_backward(cvector_activation activation, const float *outputs, float *gradient, size_t rows,
                                 size_t columns);

// MARK: dropout.c

// Column j of row r is dropped if word j mod 4 of Philox's block (j / 4, first_row + r, stream) is below the threshold.
typedef struct {
    uint32_t key[2];
    uint32_t stream[2];
    uint32_t first_row;
    uint32_t threshold;
    float scale;  // of the others
} cvector_dropout_mask;

// values, results [R, P, N]: the P elements of a row and a column are dropped together.
void cvector_dropout(const float *values, float *results, size_t rows, size_t places, size_t columns,
                     cvector_dropout_mask mask);

// MARK: max_pool.c

// Windows over images [rows, height, width, channels], each of which has a pixel within the image. The pairs are of height and width.
typedef struct {
    size_t rows;
    size_t channels;
    size_t input[2];
    size_t output[2];
    size_t window[2];
    size_t stride[2];
    size_t padding[2];  // above and at the left
} cvector_windows;

// output [rows, output, channels]: the largest value of each window of input [rows, input, channels], and NaN if there is one. taps, as
// output: which of the window's values it is, row by row within the image; of equal values the first, of NaNs the last.
void cvector_max_pool(const float *input, const cvector_windows *windows, float *output, uint32_t *taps);
// input, the gradient, becomes the sum of the outputs' gradients whose largest value each pixel has.
void cvector_max_pool_backward(const float *output, const uint32_t *taps, const cvector_windows *windows, float *input);

// MARK: recurrent.c, one step of recurrent cells for R samples, N units; a gate's units lie together in each row. What is written may
// lie where an operand of the same elements lies: hidden over hidden_before, cells over cells_before.

// hidden [R, N] = tanh(sums [R, N]), and dL/dsums of dL/dhidden.
void cvector_rnn(const float *sums, size_t rows, size_t units, float *hidden);
void cvector_rnn_backward(const float *hidden, const float *hidden_gradient, size_t rows, size_t units, float *sums_gradient);

// i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of sums [R, 4 N], which are kept as gates; cells = f cells_before + i g; hidden =
// o tanh(cells).
void cvector_lstm(const float *sums, const float *cells_before, size_t rows, size_t units, float *gates, float *cells,
                  float *hidden);
// cells_gradient [R, N]: dL/dcells by way of later steps in, dL/dcells_before out.
void cvector_lstm_backward(const float *gates, const float *cells_before, const float *cells, const float *hidden_gradient,
                           size_t rows, size_t units, float *cells_gradient, float *sums_gradient);

// z, r = sigmoid(sums + recurrent_sums), q = recurrent_sums of n + bias [N], n = tanh(sums of n + r q), of sums [R, 3 N] of the
// input and the hidden values; z, r, n, q are kept as gates [R, 4 N]; hidden = (1 - z) n + z hidden_before.
void cvector_gru(const float *sums, const float *recurrent_sums, const float *bias, const float *hidden_before, size_t rows,
                 size_t units, float *gates, float *hidden);
// hidden_gradient [R, N]: dL/dhidden in, the part of dL/dhidden_before that does not go by way of the sums out.
void cvector_gru_backward(const float *gates, const float *hidden_before, size_t rows, size_t units, float *hidden_gradient,
                          float *sums_gradient, float *recurrent_gradient);

// The cell of Cho et al. 2014, in two halves: z, r as above, of recurrent_sums [R, 2 N], and reset_hidden = r hidden_before; then, of
// its recurrent_sums [R, N], n = tanh(sums of n + recurrent_sums). z, r, n are kept as gates [R, 3 N].
void cvector_gru_gates(const float *sums, const float *recurrent_sums, const float *hidden_before, size_t rows, size_t units,
                       float *gates, float *reset_hidden);
void cvector_gru_candidate(const float *sums, const float *recurrent_sums, const float *hidden_before, size_t rows,
                           size_t units, float *gates, float *hidden);
// The halves backward, each of which writes its gates' part of dL/dsums [R, 3 N] and dL/drecurrent_sums [R, 2 N] of z and r;
// candidate_gradient [R, N] is that of n.
void cvector_gru_candidate_backward(const float *gates, const float *hidden_before, size_t rows, size_t units,
                                    float *hidden_gradient, float *sums_gradient, float *recurrent_gradient,
                                    float *candidate_gradient);
void cvector_gru_gates_backward(const float *gates, const float *hidden_before, const float *reset_hidden_gradient, size_t rows,
                                size_t units, float *hidden_gradient, float *sums_gradient, float *recurrent_gradient);

// MARK: loss.c, losses with their gradients. Each returns the sum over the rows, in double; its gradient is that of the
// sum divided by samples.

// gradient [R, N] = (softmax(z) - onehot(label)) / samples; adds to correct the rows whose largest logit is the label's.
double cvector_softmax_cross_entropy(const float *logits, const int32_t *labels, float *gradient, size_t rows,
                                     size_t columns, float samples, int64_t *correct);

// The targets of a softmax.
typedef struct {
    const int32_t *labels;  // [R] class ids; NULL: targets are given
    const float *targets;   // [R, N] probabilities
    const float *weights;   // [N] of the classes; NULL: all 1
    float smoothing;        // target t becomes (1 - smoothing) t + smoothing / N
    bool is_divergence;     // the targets' entropy is subtracted
} cvector_class_targets;

// With q the smoothed target times its class weight, the loss is -sum_j q_j log softmax(z)_j, and
// gradient [R, N] = (softmax(z) sum_j q_j - q) / samples. Adds to correct the rows whose largest logit and target agree.
double cvector_class_cross_entropy(const float *logits, cvector_class_targets targets, float *gradient, size_t rows,
                                   size_t columns, float samples, int64_t *correct);

// Losses of each output by itself, divided by divisor (1, or N for the mean over a row's outputs). gradient [R, N].

// With t smoothed to (1 - smoothing) t + smoothing / 2: -weight_1 t log sigmoid(z) - weight_0 (1 - t) log(1 - sigmoid(z))
double cvector_sigmoid_cross_entropy(const float *logits, const float *targets, float *gradient, size_t count,
                                     float divisor, float samples, float smoothing, float weight_0, float weight_1);
// (y - t)^2
double cvector_squared_error(const float *outputs, const float *targets, float *gradient, size_t count, float divisor,
                             float samples);
// |y - t|; the slope is 0 at t.
double cvector_absolute_error(const float *outputs, const float *targets, float *gradient, size_t count, float divisor,
                              float samples);
// (y - t)^2 / 2 up to |y - t| = delta, from there on delta (|y - t| - delta / 2)
double cvector_huber(const float *outputs, const float *targets, float *gradient, size_t count, float divisor,
                     float samples, float delta);
// max(0, margin - s z) with s = 1 where t >= 1/2, else -1. With margin 0, z = 0 is wrong for s = -1 alone.
double cvector_hinge(const float *logits, const float *targets, float *gradient, size_t count, float divisor,
                     float samples, float margin);

// sum_j max(0, 1 + z_j - z_label) / N over the other classes j. Adds to correct the rows of largest logit z_label.
double cvector_class_hinge(const float *logits, const int32_t *labels, float *gradient, size_t rows, size_t columns,
                           float samples, int64_t *correct);

// MARK: pack.c, operands of multiplications as oneDNN takes them

typedef enum {
    CVECTOR_FP32 = 0,
    CVECTOR_BF16 = 1,     // two bytes: the upper half of a float, rounded to nearest even
    CVECTOR_ROUNDED = 2,  // a float rounded to bfloat16's values, for CPUs without bfloat16 instructions
} cvector_format;

// A matrix [inner, columns] in strips of width columns; each strip is row-major and padded to padded_inner rows. With
// pairs, the elements of rows 2k and 2k + 1 in one column are neighbours.
typedef struct {
    size_t width;
    size_t padded_inner;
    bool pairs;
} cvector_strips;

// destination[i] = source[i]
void cvector_convert(cvector_format format, const float *source, void *destination, size_t count);

// destination[offset + c * stride + r] = source[r * source_stride + c], for rows and columns of source
void cvector_transpose(cvector_format format, const float *source, size_t rows, size_t columns, size_t source_stride,
                       void *destination, size_t offset, size_t stride);

// Packs source [rows, columns] into strips, from row first_row on.
void cvector_pack_rows(cvector_format format, const float *source, size_t rows, size_t columns, size_t first_row,
                       cvector_strips strips, void *destination);

// Zeroes the rows of the strips from first_row up to but not including last_row.
void cvector_clear_rows(size_t columns, size_t first_row, size_t last_row, cvector_strips strips, void *destination);

// Packs source [columns, inner], transposed, into strips, from column first_column on.
void cvector_pack_columns(cvector_format format, const float *source, size_t columns, size_t inner,
                          size_t first_column, cvector_strips strips, void *destination);

// destination[row_places[r] + column_places[c]] = source[r, c]
void cvector_scatter(cvector_format format, const float *source, size_t rows, size_t columns, const int64_t *row_places,
                     const int64_t *column_places, void *destination);

// destination[r, c] = source[row_places[r] + column_places[c]]
void cvector_collect(const float *source, const int64_t *row_places, const int64_t *column_places, size_t rows,
                     size_t columns, float *destination);

// sums[r] = the sum of row r of matrix [rows, columns], or sums[r] += it if it accumulates: first 16 sums of every 16th
// element, then the sum of these.
void cvector_sum_each_row(cvector_format format, const void *matrix, size_t rows, size_t columns, float *sums,
                          bool accumulates);

// sums[c] = the sum of column c of matrix [rows, columns]: first the sums of every 64 rows, then the sum of these.
void cvector_sum_columns(const float *matrix, size_t rows, size_t columns, float *sums);

// MARK: normalization.c, values [positions, channels]

// The mean of each channel, and the sum of the squares of its values' distances from it. There is a position at least.
void cvector_channel_moments(const float *values, size_t positions, size_t channels, double *means, double *squares);

// z[p, c] = (values[p, c] - means[c]) factors[c] + offsets[c], and max(0, z) if it is rectified
typedef struct {
    const float *means;
    const float *factors;
    const float *offsets;
    bool is_rectified;
} cvector_channel_map;

// results[p, c] = the map of values[p, c]
void cvector_map_channels(const float *restrict values, size_t positions, size_t channels, cvector_channel_map map,
                          float *restrict results);

// With g = gradient, or 0 where a rectified map is 0:
// sums[c] = sum_p g[p, c];  sums_of_products[c] = sum_p g[p, c] (values[p, c] - means[c]) factors[c]
void cvector_channel_products(const float *gradient, const float *values, size_t positions, size_t channels,
                              cvector_channel_map map, const float *factors, double *sums, double *sums_of_products);

// With the same g: results[p, c] = g[p, c] gradient_factors[c] + (values[p, c] - means[c]) factors[c] + offsets[c]
void cvector_channel_combine(const float *restrict gradient, const float *restrict values, size_t positions,
                             size_t channels, cvector_channel_map map, const float *restrict gradient_factors,
                             const float *restrict factors, const float *restrict offsets, float *restrict results);

// MARK: update.c, optimizers, over one range of the parameters

// g = gradient + weight_decay w;  v = momentum v + g;  w -= learning_rate (nesterov ? g + momentum v : v)
void cvector_sgd_momentum(float *parameters, const float *gradient, float *velocity, size_t count,
                          float learning_rate, float momentum, float weight_decay, bool nesterov);

// w -= learning_rate (gradient + weight_decay w)
void cvector_sgd(float *parameters, const float *gradient, size_t count, float learning_rate, float weight_decay);

// Exponential moving average: average = decay * average + (1 - decay) * parameters
void cvector_moving_average(float *average, const float *parameters, size_t count, float decay);

// g = gradient + weight_decay w;  s += g^2;  w -= learning_rate g / (sqrt(s) + epsilon)
void cvector_adagrad(float *parameters, const float *gradient, float *squares, size_t count, float learning_rate,
                     float epsilon, float weight_decay);

// g = gradient + weight_decay w;  s = rho s + (1 - rho) g^2;  v = momentum v + g / (sqrt(s) + epsilon);
// w -= learning_rate v
void cvector_rmsprop(float *parameters, const float *gradient, float *squares, float *velocity, size_t count,
                     float learning_rate, float rho, float momentum, float epsilon, float weight_decay);

typedef struct {
    float beta_1;
    float beta_2;
    float epsilon;
    float correction_1;  // 1 - beta_1^t in step t
    float correction_2;
} cvector_adam;

// g = gradient + weight_decay w;  m = beta_1 m + (1 - beta_1) g;  v = beta_2 v + (1 - beta_2) g^2;
// gradient = (m / correction_1) / (sqrt(v / correction_2) + epsilon) + decoupled_decay w
void cvector_adam_direction(float *gradient, const float *parameters, float *first, float *second, size_t count,
                            cvector_adam adam, float weight_decay, float decoupled_decay);

// v = momentum v + rate (gradient + weight_decay w);  w -= v
void cvector_lars(float *parameters, const float *gradient, float *velocity, size_t count, float rate, float momentum,
                  float weight_decay);

// gradient = clip(factor gradient, -limit, limit) + l1 sign(w)
void cvector_shape_gradient(float *gradient, const float *parameters, size_t count, float factor, float limit, float l1);

// values *= factor
void cvector_scale(float *values, size_t count, float factor);

// sums = first + second; `sums` may be one of them
void cvector_add(const float *first, const float *second, float *sums, size_t count);

// values[r, c] += row[c], for values [rows, columns]
void cvector_add_to_rows(const float *row, float *values, size_t rows, size_t columns);

// sum_i values[i]^2 in double: first 8 sums of every 8th element, then the sum of these.
double cvector_sum_of_squares(const float *values, size_t count);

// MARK: peak.c, the peak of the arithmetic units

// Multiply and add at the peak rate: floats in the widest vectors, and bfloat16 pairs accumulated in floats. Each returns
// its number of floating-point operations; 0 if the CPU has no such instruction.
double cvector_multiply_add(int64_t iterations, float *sink);
double cvector_dot_bf16(int64_t iterations, float *sink);

#endif
