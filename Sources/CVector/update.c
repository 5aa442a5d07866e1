#include "clones.h"
#include "cvector.h"

// sqrtf may set errno, and loops that call it stay scalar.
__attribute__((always_inline)) static inline float square_root(float x) { return __builtin_elementwise_sqrt(x); }

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

CVECTOR_CLONES
void cvector_moving_average(float *restrict average, const float *restrict parameters, size_t count, float decay) {
    for (size_t i = 0; i < count; i++) average[i] = decay * average[i] + (1.0f - decay) * parameters[i];
}

CVECTOR_CLONES
void cvector_adagrad(float *restrict parameters, const float *restrict gradient, float *restrict squares, size_t count,
                     float learning_rate, float epsilon, float weight_decay) {
    for (size_t i = 0; i < count; i++) {
        const float g = gradient[i] + weight_decay * parameters[i];
        const float s = squares[i] + g * g;
        squares[i] = s;
        parameters[i] -= learning_rate * g / (square_root(s) + epsilon);
    }
}

CVECTOR_CLONES
void cvector_rmsprop(float *restrict parameters, const float *restrict gradient, float *restrict squares,
                     float *restrict velocity, size_t count, float learning_rate, float rho, float momentum,
                     float epsilon, float weight_decay) {
    for (size_t i = 0; i < count; i++) {
        const float g = gradient[i] + weight_decay * parameters[i];
        const float s = rho * squares[i] + (1.0f - rho) * g * g;
        const float v = momentum * velocity[i] + g / (square_root(s) + epsilon);
        squares[i] = s;
        velocity[i] = v;
        parameters[i] -= learning_rate * v;
    }
}

CVECTOR_CLONES
void cvector_adam_direction(float *restrict gradient, const float *restrict parameters, float *restrict first,
                            float *restrict second, size_t count, cvector_adam adam, float weight_decay,
                            float decoupled_decay) {
    for (size_t i = 0; i < count; i++) {
        const float g = gradient[i] + weight_decay * parameters[i];
        const float m = adam.beta_1 * first[i] + (1.0f - adam.beta_1) * g;
        const float v = adam.beta_2 * second[i] + (1.0f - adam.beta_2) * g * g;
        first[i] = m;
        second[i] = v;
        gradient[i] = m / adam.correction_1 / (square_root(v / adam.correction_2) + adam.epsilon)
                      + decoupled_decay * parameters[i];
    }
}

CVECTOR_CLONES
void cvector_lars(float *restrict parameters, const float *restrict gradient, float *restrict velocity, size_t count,
                  float rate, float momentum, float weight_decay) {
    for (size_t i = 0; i < count; i++) {
        const float v = momentum * velocity[i] + rate * (gradient[i] + weight_decay * parameters[i]);
        velocity[i] = v;
        parameters[i] -= v;
    }
}

CVECTOR_CLONES
void cvector_shape_gradient(float *restrict gradient, const float *restrict parameters, size_t count, float factor,
                            float limit, float l1) {
    for (size_t i = 0; i < count; i++) {
        float g = factor * gradient[i];
        g = g > limit ? limit : g < -limit ? -limit : g;
        const float w = parameters[i];
        gradient[i] = g + l1 * (float)((w > 0.0f) - (w < 0.0f));
    }
}

CVECTOR_CLONES
void cvector_scale(float *values, size_t count, float factor) {
    for (size_t i = 0; i < count; i++) values[i] *= factor;
}

CVECTOR_CLONES
void cvector_add(const float *first, const float *second, float *sums, size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] = first[i] + second[i];
}

CVECTOR_CLONES
void cvector_add_to_rows(const float *restrict row, float *restrict values, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) values[r * columns + c] += row[c];
    }
}

CVECTOR_CLONES
double cvector_sum_of_squares(const float *values, size_t count) {
    enum { LANES = 8 };
    double lanes[LANES] = {0};
    size_t whole = count / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        for (size_t j = 0; j < LANES; j++) lanes[j] += (double)values[i + j] * (double)values[i + j];
    }
    for (size_t i = whole; i < count; i++) lanes[i - whole] += (double)values[i] * (double)values[i];
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t j = 0; j < half; j++) lanes[j] += lanes[j + half];
    }
    return lanes[0];
}
