#include <string.h>

#include "clones.h"
#include "cvector.h"

enum { BLOCK = 256, LEVELS = 64 };

static inline __attribute__((always_inline)) void add(float *restrict sum, const float *restrict other, size_t count) {
    for (size_t i = 0; i < count; i++) sum[i] += other[i];
}

// A binary counter of partial sums: partial[level] holds the sum of 2^level neighbouring slabs. It makes the pairwise
// tree in one pass over the slabs, each read once, with the partial sums in the first-level cache.
CVECTOR_CLONES
void cvector_reduce_slabs(float *slabs, size_t stride, size_t slab_count, size_t count, float samples) {
    float partial[LEVELS][BLOCK];
    for (size_t start = 0; start < count; start += BLOCK) {
        const size_t length = count - start < BLOCK ? count - start : BLOCK;
        size_t depth = 0;
        for (size_t s = 0; s < slab_count; s++) {
            memcpy(partial[depth++], slabs + s * stride + start, length * sizeof(float));
            for (size_t done = s + 1; done % 2 == 0; done /= 2, depth--) {
                add(partial[depth - 2], partial[depth - 1], length);
            }
        }
        for (; depth > 1; depth--) add(partial[depth - 2], partial[depth - 1], length);
        float *restrict gradient = slabs + start;
        for (size_t i = 0; i < length; i++) gradient[i] = partial[0][i] / samples;
    }
}

CVECTOR_CLONES
void cvector_sgd_momentum(float *restrict parameters, const float *restrict gradient, float *restrict velocity,
                          size_t count, float learning_rate, float momentum, float weight_decay, bool nesterov) {
    for (size_t i = 0; i < count; i++) {
        const float g = gradient[i] + weight_decay * parameters[i];
        const float v = momentum * velocity[i] + g;
        velocity[i] = v;
        parameters[i] -= learning_rate * (nesterov ? g + momentum * v : v);
    }
}

CVECTOR_CLONES
void cvector_sgd(float *restrict parameters, const float *restrict gradient, size_t count, float learning_rate,
                 float weight_decay) {
    for (size_t i = 0; i < count; i++) {
        parameters[i] -= learning_rate * (gradient[i] + weight_decay * parameters[i]);
    }
}
