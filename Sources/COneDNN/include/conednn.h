// Single-precision matrix multiplication through oneDNN, the same for versions 2 and 3 of the library.
//
// A matmul belongs to one worker at a time: executing it moves the handles of its own memory objects. Its scratchpad
// is the caller's, because oneDNN's library-managed one gives silently wrong results when workers share a primitive.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct conednn_matmul conednn_matmul;

typedef enum {
    CONEDNN_IDENTITY = 0,
    CONEDNN_RELU = 1,
    CONEDNN_TANH = 2,
    CONEDNN_SIGMOID = 3,
} conednn_activation;

// destination [rows, columns] = activation(left [rows, inner] · right [inner, columns] + bias [columns])
typedef struct {
    int64_t rows;
    int64_t columns;
    int64_t inner;
    bool left_transposed;   // left is stored as [inner, rows]
    int64_t left_stride;    // floats from one stored row of left to the next
    bool right_transposed;  // right is stored as [columns, inner]
    bool has_bias;
    conednn_activation activation;
} conednn_matmul_shape;

// Both return 0, or oneDNN's status, which conednn_status_name words.
int conednn_matmul_create(const conednn_matmul_shape *shape, conednn_matmul **matmul);
int conednn_matmul_execute(conednn_matmul *matmul, const float *left, const float *right, const float *bias,
                           float *destination, void *scratchpad);

void conednn_matmul_destroy(conednn_matmul *matmul);
size_t conednn_matmul_scratchpad_bytes(const conednn_matmul *matmul);

const char *conednn_status_name(int status);

// "2.6.3"
void conednn_version(char text[32]);
// The instruction set that oneDNN computes with here: "avx512_core_bf16".
const char *conednn_instructions(void);

#endif
