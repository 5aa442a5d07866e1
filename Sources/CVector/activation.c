#include <math.h>

#include "clones.h"
#include "cvector.h"

static const float LEAKY_SLOPE = 0.01f;
// Klambauer et al. 2017, equation 14.
static const float SELU_SCALE = 1.0507009873554805f, SELU_ALPHA = 1.6732632423543772f;

static float largest_of(const float *row, size_t columns) {
    float largest = row[0];
    for (size_t j = 1; j < columns; j++) largest = row[j] > largest ? row[j] : largest;
    return largest;
}

static void softmax_row(float *row, size_t columns) {
    const float largest = largest_of(row, columns);
    float sum = 0;
    for (size_t j = 0; j < columns; j++) {
        row[j] = expf(row[j] - largest);
        sum += row[j];
    }
    for (size_t j = 0; j < columns; j++) row[j] /= sum;
}

static void log_softmax_row(float *row, size_t columns) {
    const float largest = largest_of(row, columns);
    float sum = 0;
    for (size_t j = 0; j < columns; j++) sum += expf(row[j] - largest);
    const float logarithm = logf(sum);
    for (size_t j = 0; j < columns; j++) row[j] = row[j] - largest - logarithm;
}

void cvector_activate(cvector_activation activation, float *values, size_t rows, size_t columns) {
    const size_t count = rows * columns;
    switch (activation) {
    case CVECTOR_STEP:
        for (size_t i = 0; i < count; i++) values[i] = values[i] >= 0.0f ? 1.0f : 0.0f;
        break;
    case CVECTOR_SIGN:
        for (size_t i = 0; i < count; i++) values[i] = (float)((values[i] > 0.0f) - (values[i] < 0.0f));
        break;
    case CVECTOR_SIGMOID:
        for (size_t i = 0; i < count; i++) values[i] = 1.0f / (1.0f + expf(-values[i]));
        break;
    case CVECTOR_SOFTMAX:
        for (size_t r = 0; r < rows; r++) softmax_row(values + r * columns, columns);
        break;
    case CVECTOR_LOG_SOFTMAX:
        for (size_t r = 0; r < rows; r++) log_softmax_row(values + r * columns, columns);
        break;
    case CVECTOR_IDENTITY:
    case CVECTOR_TANH:
    case CVECTOR_RELU:
    case CVECTOR_LEAKY_RELU:
    case CVECTOR_ELU:
    case CVECTOR_SELU:
        break;
    }
}

// dL/dz_j = y_j (dL/dy_j - sum_k dL/dy_k y_k)
static void softmax_row_backward(const float *y, float *g, size_t columns) {
    float sum = 0;
    for (size_t j = 0; j < columns; j++) sum += g[j] * y[j];
    for (size_t j = 0; j < columns; j++) g[j] = y[j] * (g[j] - sum);
}

// dL/dz_j = dL/dy_j - e^y_j sum_k dL/dy_k
static void log_softmax_row_backward(const float *y, float *g, size_t columns) {
    float sum = 0;
    for (size_t j = 0; j < columns; j++) sum += g[j];
    for (size_t j = 0; j < columns; j++) g[j] -= expf(y[j]) * sum;
}

CVECTOR_CLONES
void cvector_activation_backward(cvector_activation activation, const float *y, float *g, size_t rows,
                                 size_t columns) {
    const size_t count = rows * columns;
    switch (activation) {
    case CVECTOR_IDENTITY:
        break;
    case CVECTOR_STEP:
    case CVECTOR_SIGN:
        for (size_t i = 0; i < count; i++) g[i] = 0.0f;
        break;
    case CVECTOR_SIGMOID:
        for (size_t i = 0; i < count; i++) g[i] *= y[i] * (1.0f - y[i]);
        break;
    case CVECTOR_TANH:
        for (size_t i = 0; i < count; i++) g[i] *= 1.0f - y[i] * y[i];
        break;
    case CVECTOR_RELU:
        for (size_t i = 0; i < count; i++) g[i] = y[i] > 0.0f ? g[i] : 0.0f;
        break;
    case CVECTOR_LEAKY_RELU:
        for (size_t i = 0; i < count; i++) g[i] *= y[i] > 0.0f ? 1.0f : LEAKY_SLOPE;
        break;
    case CVECTOR_ELU:
        for (size_t i = 0; i < count; i++) g[i] *= y[i] > 0.0f ? 1.0f : y[i] + 1.0f;
        break;
    case CVECTOR_SELU:
        for (size_t i = 0; i < count; i++) g[i] *= y[i] > 0.0f ? SELU_SCALE : y[i] + SELU_SCALE * SELU_ALPHA;
        break;
    case CVECTOR_SOFTMAX:
        for (size_t r = 0; r < rows; r++) softmax_row_backward(y + r * columns, g + r * columns, columns);
        break;
    case CVECTOR_LOG_SOFTMAX:
        for (size_t r = 0; r < rows; r++) log_softmax_row_backward(y + r * columns, g + r * columns, columns);
        break;
    }
}
