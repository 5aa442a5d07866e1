// The few elementwise loops that no library has, compiled for several instruction sets and chosen when the program
// starts. Every sum has one fixed order, so a result depends on its operands and the instruction set alone.
//
// Letters: R rows of a shard, N columns (the width of a layer or of the network's output), S gradient slabs.
#ifndef CVECTOR_H
#define CVECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    CVECTOR_IDENTITY = 0,
    CVECTOR_SIGMOID = 1,
    CVECTOR_TANH = 2,
    CVECTOR_RELU = 3,
    CVECTOR_SOFTMAX = 4,
} cvector_activation;

// MARK: gather.c, reading samples into a minibatch

// destination[i] = source[i] * scale + offset
void cvector_scale_bytes(const uint8_t *source, float *destination, size_t count, float scale, float offset);
void cvector_scale_floats(const float *source, float *destination, size_t count, float scale, float offset);

// The index of the first value that is NaN or infinite, or count.
size_t cvector_first_not_finite(const float *values, size_t count);

// MARK: activation.c

// values [R, N]: z in, activation(z) out.
void cvector_activate(cvector_activation activation, float *values, size_t rows, size_t columns);

// gradient [R, N]: dL/dy in, dL/dz out, for y = activation(z) given as outputs [R, N].
void cvector_activation_backward(cvector_activation activation, const float *outputs, float *gradient, size_t rows,
                                 size_t columns);

// bias_gradient [N] = the sum of gradient [R, N] over its rows, in row order.
void cvector_sum_rows(const float *gradient, float *bias_gradient, size_t rows, size_t columns);

// MARK: loss.c, losses fused with the output activation. Each returns the sum over the rows, in Double.

// gradient [R, N] = softmax(z) - onehot(label); adds to correct the rows whose largest logit is the label's.
double cvector_softmax_cross_entropy(const float *logits, const int32_t *labels, float *gradient, size_t rows,
                                     size_t columns, int64_t *correct);

// gradient [R, N] = (sigmoid(z) - t) / N; the loss of a row is its mean over N.
double cvector_sigmoid_cross_entropy(const float *logits, const float *targets, float *gradient, size_t rows,
                                     size_t columns);

// gradient [R, N] = 2 (y - t) / N; the loss of a row is its mean over N.
double cvector_squared_error(const float *outputs, const float *targets, float *gradient, size_t rows,
                             size_t columns);

// MARK: update.c, reduction and optimizer, over one range of the parameters

// slab 0 becomes (slab 0 + slab 1 + ...) / samples, added as a pairwise tree over the slab index. The slabs start
// stride floats apart.
void cvector_reduce_slabs(float *slabs, size_t stride, size_t slab_count, size_t count, float samples);

// g = gradient + weight_decay w;  v = momentum v + g;  w -= learning_rate (nesterov ? g + momentum v : v)
void cvector_sgd_momentum(float *parameters, const float *gradient, float *velocity, size_t count,
                          float learning_rate, float momentum, float weight_decay, bool nesterov);

// w -= learning_rate (gradient + weight_decay w)
void cvector_sgd(float *parameters, const float *gradient, size_t count, float learning_rate, float weight_decay);

#endif
