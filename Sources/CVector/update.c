#include "clones.h"
#include "cvector.h"

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
