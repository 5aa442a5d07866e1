#include <math.h>

#include "clones.h"
#include "cvector.h"

double cvector_softmax_cross_entropy(const float *logits, const int32_t *labels, float *gradient, size_t rows,
                                     size_t columns, float samples, int64_t *correct) {
    double loss = 0;
    int64_t right = 0;
    for (size_t r = 0; r < rows; r++) {
        const float *z = logits + r * columns;
        float *g = gradient + r * columns;
        const size_t label = (size_t)labels[r];
        size_t largest = 0;
        for (size_t j = 1; j < columns; j++) largest = z[j] > z[largest] ? j : largest;
        right += largest == label;
        float sum = 0;
        for (size_t j = 0; j < columns; j++) {
            g[j] = expf(z[j] - z[largest]);
            sum += g[j];
        }
        for (size_t j = 0; j < columns; j++) g[j] = g[j] / sum / samples;
        g[label] -= 1.0f / samples;
        loss += log((double)sum) - ((double)z[label] - (double)z[largest]);
    }
    *correct += right;
    return loss;
}

double cvector_sigmoid_cross_entropy(const float *logits, const float *targets, float *gradient, size_t rows,
                                     size_t columns, float samples) {
    double loss = 0;
    for (size_t i = 0; i < rows * columns; i++) {
        const float z = logits[i], t = targets[i];
        // max(z, 0) - z t + log(1 + exp(-|z|)): exact for large |z|, where exp(z) alone would overflow.
        loss += (z > 0 ? (double)z : 0.0) - (double)z * (double)t + log1p(exp(-fabs((double)z)));
        gradient[i] = (1.0f / (1.0f + expf(-z)) - t) / ((float)columns * samples);
    }
    return loss / (double)columns;
}

double cvector_squared_error(const float *outputs, const float *targets, float *gradient, size_t rows,
                             size_t columns, float samples) {
    double loss = 0;
    for (size_t i = 0; i < rows * columns; i++) {
        const float difference = outputs[i] - targets[i];
        loss += (double)difference * (double)difference;
        gradient[i] = 2.0f * difference / ((float)columns * samples);
    }
    return loss / (double)columns;
}
