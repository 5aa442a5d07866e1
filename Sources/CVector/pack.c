#include "clones.h"
#include "cvector.h"

#include <string.h>

// Tiles of 16 x 16 elements fill the widest registers.
enum { TILE = 16 };
typedef uint32_t words __attribute__((vector_size(4 * TILE)));
typedef uint16_t halves __attribute__((vector_size(2 * TILE)));

#define INLINE static inline __attribute__((always_inline))

// MARK: Elements

// To nearest, ties to even; a NaN stays one.
INLINE uint32_t upper_half(uint32_t bits) {
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded;
}

INLINE uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

INLINE void take_upper_halves(words *bits) {
    words rounded = (*bits + 0x7fff + (*bits >> 16 & 1)) >> 16;
    words is_nan = (words)((*bits & 0x7fffffff) > 0x7f800000);
    *bits = (is_nan & (*bits >> 16 | 0x40)) | (~is_nan & rounded);
}

INLINE void store(cvector_format format, void *destination, size_t index, float value) {
    uint32_t bits = bits_of(value);
    if (format == CVECTOR_BF16) {
        ((uint16_t *)destination)[index] = (uint16_t)upper_half(bits);
    } else {
        ((uint32_t *)destination)[index] = format == CVECTOR_FP32 ? bits : upper_half(bits) << 16;
    }
}

// Takes the vector by pointer: by value it would need a calling convention that the oldest CPUs do not have.
INLINE void store_vector(cvector_format format, void *destination, size_t index, const words *vector) {
    words bits = *vector;
    if (format != CVECTOR_FP32) take_upper_halves(&bits);
    if (format == CVECTOR_BF16) {
        halves narrow = __builtin_convertvector(bits, halves);
        memcpy((uint16_t *)destination + index, &narrow, sizeof narrow);
    } else {
        if (format == CVECTOR_ROUNDED) bits <<= 16;
        memcpy((uint32_t *)destination + index, &bits, sizeof bits);
    }
}

// MARK: Transposition

// Four rounds that each interleave the upper half of the rows with the lower.
INLINE void transpose_tile(words rows[TILE]) {
    for (int round = 0; round < 4; round++) {
        words next[TILE];
        _Pragma("unroll") for (int i = 0; i < TILE / 2; i++) {
            next[2 * i] = __builtin_shufflevector(rows[i], rows[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                                  22, 7, 23);
            next[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                                      29, 14, 30, 15, 31);
        }
        memcpy(rows, next, sizeof next);
    }
}

INLINE void transpose(cvector_format format, const float *source, size_t rows, size_t columns, size_t source_stride,
                      void *destination, size_t offset, size_t stride) {
    size_t whole_rows = rows / TILE * TILE, whole_columns = columns / TILE * TILE;
    for (size_t c = 0; c < whole_columns; c += TILE) {
        for (size_t r = 0; r < whole_rows; r += TILE) {
            words tile[TILE];
            for (int i = 0; i < TILE; i++) memcpy(&tile[i], source + (r + i) * source_stride + c, sizeof tile[i]);
            transpose_tile(tile);
            for (int i = 0; i < TILE; i++) store_vector(format, destination, offset + (c + i) * stride + r, &tile[i]);
        }
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = r < whole_rows ? whole_columns : 0; c < columns; c++) {
            store(format, destination, offset + c * stride + r, source[r * source_stride + c]);
        }
    }
}

CVECTOR_CLONES
void cvector_transpose(cvector_format format, const float *source, size_t rows, size_t columns, size_t source_stride,
                       void *destination, size_t offset, size_t stride) {
    switch (format) {
    case CVECTOR_FP32: transpose(CVECTOR_FP32, source, rows, columns, source_stride, destination, offset, stride); break;
    case CVECTOR_BF16: transpose(CVECTOR_BF16, source, rows, columns, source_stride, destination, offset, stride); break;
    case CVECTOR_ROUNDED: transpose(CVECTOR_ROUNDED, source, rows, columns, source_stride, destination, offset, stride); break;
    }
}

// MARK: Conversion

CVECTOR_CLONES
void cvector_convert(cvector_format format, const float *source, void *destination, size_t count) {
    switch (format) {
    case CVECTOR_FP32: memcpy(destination, source, count * sizeof(float)); break;
    case CVECTOR_BF16: for (size_t i = 0; i < count; i++) store(CVECTOR_BF16, destination, i, source[i]); break;
    case CVECTOR_ROUNDED: for (size_t i = 0; i < count; i++) store(CVECTOR_ROUNDED, destination, i, source[i]); break;
    }
}

// MARK: Places

// Rows of a tile are neighbours in most packed orders, so they are the inner loop.
INLINE void scatter(cvector_format format, const float *source, size_t rows, size_t columns, const int64_t *row_places,
                    const int64_t *column_places, void *destination) {
    for (size_t first = 0; first < rows; first += TILE) {
        const size_t count = rows - first < TILE ? rows - first : TILE;
        for (size_t c = 0; c < columns; c++) {
            for (size_t r = first; r < first + count; r++) {
                store(format, destination, (size_t)(row_places[r] + column_places[c]), source[r * columns + c]);
            }
        }
    }
}

CVECTOR_CLONES
void cvector_scatter(cvector_format format, const float *source, size_t rows, size_t columns, const int64_t *row_places,
                     const int64_t *column_places, void *destination) {
    switch (format) {
    case CVECTOR_FP32: scatter(CVECTOR_FP32, source, rows, columns, row_places, column_places, destination); break;
    case CVECTOR_BF16: scatter(CVECTOR_BF16, source, rows, columns, row_places, column_places, destination); break;
    case CVECTOR_ROUNDED:
        scatter(CVECTOR_ROUNDED, source, rows, columns, row_places, column_places, destination);
        break;
    }
}

void cvector_collect(const float *source, const int64_t *row_places, const int64_t *column_places, size_t rows,
                     size_t columns, float *destination) {
    for (size_t first = 0; first < rows; first += TILE) {
        const size_t count = rows - first < TILE ? rows - first : TILE;
        for (size_t c = 0; c < columns; c++) {
            for (size_t r = first; r < first + count; r++) {
                destination[r * columns + c] = source[row_places[r] + column_places[c]];
            }
        }
    }
}

// MARK: Strips

// Offset of a column's first row, in its strip.
INLINE size_t strip_start(cvector_strips strips, size_t column) {
    return column / strips.width * strips.width * strips.padded_inner + column % strips.width * (strips.pairs ? 2 : 1);
}

// Two rows side by side, as pairs.
INLINE void pack_row_pair(const float *first, const float *second, uint32_t *destination, size_t count) {
    for (size_t i = 0; i < count; i++) {
        destination[i] = upper_half(bits_of(first[i])) | (second ? upper_half(bits_of(second[i])) << 16 : 0);
    }
}

CVECTOR_CLONES
void cvector_pack_rows(cvector_format format, const float *source, size_t rows, size_t columns, size_t first_row,
                       cvector_strips strips, void *destination) {
    for (size_t c = 0; c < columns; c += strips.width) {
        size_t width = columns - c < strips.width ? columns - c : strips.width, start = strip_start(strips, c);
        for (size_t r = 0; r < rows; r++) {
            size_t row = first_row + r;
            const float *from = source + r * columns + c;
            if (!strips.pairs) {
                size_t to = start + row * strips.width;
                for (size_t i = 0; i < width; i++) store(format, destination, to + i, from[i]);
                continue;
            }
            uint16_t *to = (uint16_t *)destination + start + row / 2 * 2 * strips.width;
            if (row % 2 == 0 && r + 1 < rows) {
                pack_row_pair(from, from + columns, (uint32_t *)to, width);
                r++;
            } else {
                for (size_t i = 0; i < width; i++) to[2 * i + row % 2] = (uint16_t)upper_half(bits_of(from[i]));
            }
        }
    }
}

CVECTOR_CLONES
void cvector_clear_rows(size_t columns, size_t first_row, size_t last_row, cvector_strips strips, void *destination) {
    for (size_t c = 0; c < columns; c += strips.width) {
        size_t start = strip_start(strips, c);
        for (size_t row = first_row; row < last_row; row++) {
            for (size_t i = 0; i < strips.width; i++) {
                if (strips.pairs) {
                    ((uint16_t *)destination)[start + row / 2 * 2 * strips.width + 2 * i + row % 2] = 0;
                } else {
                    ((uint32_t *)destination)[start + row * strips.width + i] = 0;
                }
            }
        }
    }
}

// Packs count columns of one strip, given as rows of inner elements.
INLINE void pack_columns(cvector_format format, const float *source, size_t count, size_t inner, cvector_strips strips,
                         void *destination, size_t start) {
    if (!strips.pairs) {
        transpose(format, source, count, inner, inner, destination, start, strips.width);
        return;
    }
    uint32_t *pairs = (uint32_t *)((uint16_t *)destination + start);
    size_t whole = count / TILE * TILE, whole_inner = inner / (2 * TILE) * (2 * TILE);
    for (size_t n = 0; n < whole; n += TILE) {
        for (size_t k = 0; k < whole_inner; k += 2 * TILE) {
            words tile[TILE];
            for (int i = 0; i < TILE; i++) {
                words from[2];
                memcpy(from, source + (n + i) * inner + k, sizeof from);
                store_vector(CVECTOR_BF16, &tile[i], 0, &from[0]);
                store_vector(CVECTOR_BF16, &tile[i], TILE, &from[1]);
            }
            transpose_tile(tile);
            for (int i = 0; i < TILE; i++) memcpy(pairs + (k / 2 + i) * strips.width + n, &tile[i], sizeof tile[i]);
        }
    }
    for (size_t n = 0; n < count; n++) {
        for (size_t k = n < whole ? whole_inner : 0; k < inner; k += 2) {
            const float *from = source + n * inner + k;
            pack_row_pair(from, k + 1 < inner ? from + 1 : NULL, pairs + k / 2 * strips.width + n, 1);
        }
    }
}

CVECTOR_CLONES
void cvector_pack_columns(cvector_format format, const float *source, size_t columns, size_t inner,
                          size_t first_column, cvector_strips strips, void *destination) {
    for (size_t c = 0; c < columns;) {
        size_t column = first_column + c, left = strips.width - column % strips.width;
        size_t count = columns - c < left ? columns - c : left, start = strip_start(strips, column);
        switch (format) {
        case CVECTOR_FP32: pack_columns(CVECTOR_FP32, source + c * inner, count, inner, strips, destination, start); break;
        case CVECTOR_BF16: pack_columns(CVECTOR_BF16, source + c * inner, count, inner, strips, destination, start); break;
        case CVECTOR_ROUNDED:
            pack_columns(CVECTOR_ROUNDED, source + c * inner, count, inner, strips, destination, start);
            break;
        }
        c += count;
    }
}

// MARK: Sums

INLINE float load(cvector_format format, const void *source, size_t index) {
    uint32_t bits = format == CVECTOR_BF16 ? (uint32_t)((const uint16_t *)source)[index] << 16
                                           : ((const uint32_t *)source)[index];
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

INLINE void sum_each(cvector_format format, const void *matrix, size_t rows, size_t columns, float *sums,
                     bool accumulates) {
    for (size_t r = 0; r < rows; r++) {
        float lanes[TILE] = {0};
        size_t whole = columns / TILE * TILE;
        for (size_t c = 0; c < whole; c += TILE) {
            for (size_t i = 0; i < TILE; i++) lanes[i] += load(format, matrix, r * columns + c + i);
        }
        for (size_t c = whole; c < columns; c++) lanes[c - whole] += load(format, matrix, r * columns + c);
        for (size_t half = TILE / 2; half > 0; half /= 2) {
            for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
        }
        sums[r] = accumulates ? sums[r] + lanes[0] : lanes[0];
    }
}

CVECTOR_CLONES
void cvector_sum_each_row(cvector_format format, const void *matrix, size_t rows, size_t columns, float *sums,
                          bool accumulates) {
    if (format == CVECTOR_BF16) {
        sum_each(CVECTOR_BF16, matrix, rows, columns, sums, accumulates);
    } else {
        sum_each(CVECTOR_FP32, matrix, rows, columns, sums, accumulates);
    }
}

CVECTOR_CLONES
void cvector_sum_columns(const float *matrix, size_t rows, size_t columns, float *sums) {
    enum { BLOCK = 64 };
    for (size_t first = 0; first < columns; first += TILE) {
        const size_t count = columns - first < TILE ? columns - first : TILE;
        float total[TILE] = {0};
        for (size_t block = 0; block < rows; block += BLOCK) {
            const size_t end = rows - block < BLOCK ? rows : block + BLOCK;
            float lanes[TILE] = {0};
            for (size_t r = block; r < end; r++) {
                for (size_t c = 0; c < count; c++) lanes[c] += matrix[r * columns + first + c];
            }
            for (size_t c = 0; c < count; c++) total[c] += lanes[c];
        }
        for (size_t c = 0; c < count; c++) sums[first + c] = total[c];
    }
}
