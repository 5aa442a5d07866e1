#include "clones.h"
#include "cvector.h"

#include <string.h>

// A window's part within the image, along one axis.
typedef struct {
    size_t first, end;
} span;

static inline span window_at(size_t index, size_t stride, size_t padding, size_t window, size_t size) {
    const size_t start = index * stride, end = start + window - padding;
    return (span){start > padding ? start - padding : 0, end < size ? end : size};
}

CVECTOR_CLONES
void cvector_max_pool(const float *restrict input, const cvector_windows *w, float *restrict output, uint32_t *restrict taps) {
    const size_t channels = w->channels;
    for (size_t row = 0; row < w->rows; row++) {
        for (size_t i = 0; i < w->output[0] * w->output[1]; i++) {
            const span ys = window_at(i / w->output[1], w->stride[0], w->padding[0], w->window[0], w->input[0]);
            const span xs = window_at(i % w->output[1], w->stride[1], w->padding[1], w->window[1], w->input[1]);
            const float *corner = input + (ys.first * w->input[1] + xs.first) * channels;
            for (size_t c = 0; c < channels; c++) {
                output[c] = corner[c];
                taps[c] = 0;
            }
            uint32_t tap = 0;
            for (size_t y = ys.first; y < ys.end; y++) {
                for (size_t x = xs.first; x < xs.end; x++, tap++) {
                    const float *values = input + (y * w->input[1] + x) * channels;
                    for (size_t c = 0; c < channels; c++) {
                        const bool is_larger = values[c] > output[c] || values[c] != values[c];  // NaN stays
                        output[c] = is_larger ? values[c] : output[c];
                        taps[c] = is_larger ? tap : taps[c];
                    }
                }
            }
            output += channels;
            taps += channels;
        }
        input += w->input[0] * w->input[1] * channels;
    }
}

CVECTOR_CLONES
void cvector_max_pool_backward(const float *restrict output, const uint32_t *restrict taps, const cvector_windows *w,
                               float *restrict input) {
    const size_t channels = w->channels, count = w->input[0] * w->input[1] * channels;
    for (size_t row = 0; row < w->rows; row++) {
        memset(input, 0, count * sizeof *input);
        for (size_t i = 0; i < w->output[0] * w->output[1]; i++) {
            const span ys = window_at(i / w->output[1], w->stride[0], w->padding[0], w->window[0], w->input[0]);
            const span xs = window_at(i % w->output[1], w->stride[1], w->padding[1], w->window[1], w->input[1]);
            uint32_t tap = 0;
            for (size_t y = ys.first; y < ys.end; y++) {
                for (size_t x = xs.first; x < xs.end; x++, tap++) {
                    float *values = input + (y * w->input[1] + x) * channels;
                    for (size_t c = 0; c < channels; c++) values[c] += taps[c] == tap ? output[c] : 0.0f;
                }
            }
            output += channels;
            taps += channels;
        }
        input += count;
    }
}
