#include <math.h>

#include "clones.h"
#include "cvector.h"

static void softmax_row(float *row, size_t columns) {
    float largest = row[0];
    for (size_t j = 1; j < columns; j++) largest = row[j] > largest ? row[j] : largest;
    float sum = 0;
    for (size_t j = 0; j < columns; j++) {
        row[j] = expf(row[j] - largest);
        sum += row[j];
    }
    for (size_t j = 0; j < columns; j++) row[j] /= sum;
}

CVECTOR_CLONES
void cvector_activate(cvector_activation activation, float *values, size_t rows, size_t columns) {
    const size_t count = rows * columns;
    switch (activation) {
    case CVECTOR_IDENTITY:
        break;
    case CVECTOR_SIGMOID:
        for (size_t i = 0; i < count; i++) values[i] = 1.0f / (1.0f + expf(-values[i]));
        break;
    case CVECTOR_TANH:
        for (size_t i = 0; i < count; i++) values[i] = tanhf(values[i]);
        break;
    case CVECTOR_RELU:
        for (size_t i = 0; i < count; i++) values[i] = values[i] > 0.0f ? values[i] : 0.0f;
        break;
    case CVECTOR_SOFTMAX:
        for (size_t r = 0; r < rows; r++) softmax_row(values + r * columns, columns);
        break;
    }
}

// dL/dz_j = y_j (dL/dy_j - sum_k dL/dy_k y_k)
static void softmax_row_backward(const float *y, float *g, size_t columns) {
    float sum = 0;
    for (size_t j = 0; j < columns; j++) sum += g[j] * y[j];
    for (size_t j = 0; j < columns; j++) g[j] = y[j] * (g[j] - sum);
}

CVECTOR_CLONES
void cvector_activation_backward(cvector_activation activation, const float *y, float *g, size_t rows,
                                 size_t columns) {
    const size_t count = rows * columns;
    switch (activation) {
    case CVECTOR_IDENTITY:
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
    case CVECTOR_SOFTMAX:
        for (size_t r = 0; r < rows; r++) softmax_row_backward(y + r * columns, g + r * columns, columns);
        break;
    }
}
