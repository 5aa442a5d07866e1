// The few elementwise loops that no library has, compiled for several instruction sets and chosen when the program
// starts. Every sum has one fixed order, so a result depends on its operands and the instruction set alone.
//
// Letters: R rows, N columns (the width of a layer or of the network's output).
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

// sums [N] = the sum of matrix [R, N] over its rows, in row order. The rows start stride floats apart.
void cvector_sum_rows(const float *matrix, size_t stride, float *sums, size_t rows, size_t columns);

// MARK: loss.c, losses fused with the output activation. Each returns the sum over the rows, in Double; its gradient is
// of that sum divided by samples.

// gradient [R, N] = (softmax(z) - onehot(label)) / samples; adds to correct the rows whose largest logit is the label's.
double cvector_softmax_cross_entropy(const float *logits, const int32_t *labels, float *gradient, size_t rows,
                                     size_t columns, float samples, int64_t *correct);

// gradient [R, N] = (sigmoid(z) - t) / (N samples); the loss of a row is its mean over N.
double cvector_sigmoid_cross_entropy(const float *logits, const float *targets, float *gradient, size_t rows,
                                     size_t columns, float samples);

// gradient [R, N] = 2 (y - t) / (N samples); the loss of a row is its mean over N.
double cvector_squared_error(const float *outputs, const float *targets, float *gradient, size_t rows,
                             size_t columns, float samples);

// MARK: update.c, optimizers, over one range of the parameters

// g = gradient + weight_decay w;  v = momentum v + g;  w -= learning_rate (nesterov ? g + momentum v : v)
void cvector_sgd_momentum(float *parameters, const float *gradient, float *velocity, size_t count,
                          float learning_rate, float momentum, float weight_decay, bool nesterov);

// w -= learning_rate (gradient + weight_decay w)
void cvector_sgd(float *parameters, const float *gradient, size_t count, float learning_rate, float weight_decay);

// MARK: peak.c, how fast the arithmetic units are

// Multiplies and adds as fast as they go: floats with the widest vectors, and bfloat16 pairs added to floats. Each
// returns the number of floating-point operations; 0 where the CPU has no such instruction.
double cvector_multiply_add(int64_t iterations, float *sink);
double cvector_dot_bf16(int64_t iterations, float *sink);

#endif
