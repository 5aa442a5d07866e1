#include <stdlib.h>
#include <string.h>

#include "engine.h"

enum { LEFT, RIGHT, BIAS, DESTINATION, SCRATCHPAD, ARGUMENT_COUNT };

static const int argument_names[ARGUMENT_COUNT] = {
    DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD,
};

struct conednn_matmul {
    conednn_prepared prepared;
    size_t scratchpad_bytes;
};

// MARK: Creation

static dnnl_status_t describe_matrices(descriptor d[SCRATCHPAD], const conednn_matmul_shape *shape,
                                       dnnl_format_tag_t right) {
    dnnl_status_t status = dnnl_success;
    const dnnl_data_type_t type = shape->is_bf16 ? dnnl_bf16 : dnnl_f32;
    const dnnl_dims_t dims[SCRATCHPAD] = {
        [LEFT] = {shape->rows, shape->inner},
        [RIGHT] = {shape->inner, shape->columns},
        [BIAS] = {1, shape->columns},
        [DESTINATION] = {shape->rows, shape->columns},
    };
    TRY(describe(&d[LEFT], 2, dims[LEFT], type, dnnl_ab));
    TRY(describe(&d[RIGHT], 2, dims[RIGHT], type, right));
    TRY(describe(&d[BIAS], 2, dims[BIAS], dnnl_f32, dnnl_ab));
    TRY(describe(&d[DESTINATION], 2, dims[DESTINATION], dnnl_f32, dnnl_ab));
end:
    return status;
}

static dnnl_format_tag_t strips(bool is_bf16) { return is_bf16 ? dnnl_BA16a64b2a : dnnl_BA16a64b; }

static dnnl_status_t create_attributes(dnnl_primitive_attr_t *attributes, const conednn_matmul_shape *shape) {
    dnnl_status_t status = dnnl_success;
    dnnl_post_ops_t operations = NULL;
    TRY(dnnl_primitive_attr_create(attributes));
    TRY(dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user));
    TRY(dnnl_post_ops_create(&operations));
    if (shape->accumulates) TRY(append_sum(operations));
    if (shape->activation != CONEDNN_IDENTITY) {
        const conednn_function function = conednn_function_of(shape->activation);
        TRY(append_eltwise(operations, function.kind, function.alpha));
        if (function.scale != 1.0f) TRY(append_eltwise(operations, dnnl_eltwise_linear, function.scale));
    }
    TRY(dnnl_primitive_attr_set_post_ops(*attributes, operations));
end:
    if (operations) dnnl_post_ops_destroy(operations);
    return status;
}

// With tiles (AMX) and 63 inner elements, oneDNN 2.6.3 ends the process with an illegal instruction, for most numbers of rows. Version
// 3 has not been tried.
static bool is_faulty(const char *implementation, const void *operation) {
    return strstr(implementation, "amx") && ((const conednn_matmul_shape *)operation)->inner == 63;
}

int conednn_matmul_create(const conednn_matmul_shape *shape, conednn_matmul **out) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return status;
    conednn_matmul *matmul = calloc(1, sizeof *matmul);
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    descriptor d[SCRATCHPAD] = {0};
    if (!matmul) return dnnl_out_of_memory;

    TRY(describe_matrices(d, shape, shape->right_has_strips ? strips(shape->is_bf16) : dnnl_ab));
    TRY(create_attributes(&attributes, shape));
    TRY(plan(&description, engine, &d[LEFT], &d[RIGHT], shape->has_bias ? &d[BIAS] : NULL, &d[DESTINATION],
             attributes, (distrust){is_faulty, shape}));
    TRY(conednn_prepare_primitive(&matmul->prepared, description, argument_names, ARGUMENT_COUNT));
    for (int i = LEFT; i < SCRATCHPAD; i++) {
        if (i == BIAS && !shape->has_bias) continue;
        TRY(conednn_prepare_argument(&matmul->prepared, i, REFERENCE(d[i])));
    }
    TRY(conednn_prepare_scratchpad(&matmul->prepared, SCRATCHPAD, description, &matmul->scratchpad_bytes));
end:
    for (int i = LEFT; i < SCRATCHPAD; i++) forget(&d[i]);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) {
        conednn_matmul_destroy(matmul);
        return status;
    }
    *out = matmul;
    return 0;
}

// Describes a multiplication with a right operand of format right, and answers a question about it.
static bool ask(const conednn_matmul_shape *shape, dnnl_format_tag_t right,
                bool (*question)(const_dnnl_primitive_desc_t, const conednn_matmul_shape *)) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return false;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t description = NULL;
    descriptor d[SCRATCHPAD] = {0};
    bool answer = false;
    TRY(describe_matrices(d, shape, right));
    TRY(create_attributes(&attributes, shape));
    TRY(plan(&description, engine, &d[LEFT], &d[RIGHT], NULL, &d[DESTINATION], attributes, (distrust){is_faulty, shape}));
    answer = question(description, shape);
end:
    for (int i = LEFT; i < SCRATCHPAD; i++) forget(&d[i]);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return answer;
}

static bool wants_strips(const_dnnl_primitive_desc_t description, const conednn_matmul_shape *shape) {
    const dnnl_dims_t dims = {shape->inner, shape->columns};
    descriptor wanted = {0};
    bool answer = describe(&wanted, 2, dims, shape->is_bf16 ? dnnl_bf16 : dnnl_f32, strips(shape->is_bf16)) == dnnl_success
                  && dnnl_memory_desc_equal(dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0),
                                            REFERENCE(wanted));
    forget(&wanted);
    return answer;
}

bool conednn_prefers_strips(bool is_bf16) {
    // A shape that is large enough for packing to pay.
    const conednn_matmul_shape shape = {.rows = 64, .columns = 256, .inner = 256, .is_bf16 = is_bf16};
    return ask(&shape, dnnl_format_tag_any, wants_strips);
}

static bool copies_nothing(const_dnnl_primitive_desc_t description, const conednn_matmul_shape *shape) {
    descriptor_reference scratchpad = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    return !scratchpad || descriptor_bytes(scratchpad) < (size_t)(shape->inner * (int64_t)sizeof(float));
}

bool conednn_uses_rows_in_place(int64_t columns) {
    // oneDNN decides by the distance of the rows, and not by their number.
    const conednn_matmul_shape shape = {.rows = 64, .columns = columns, .inner = 256};
    return ask(&shape, dnnl_ab, copies_nothing);
}

void conednn_matmul_destroy(conednn_matmul *matmul) {
    if (!matmul) return;
    conednn_forget_prepared(&matmul->prepared);
    free(matmul);
}

size_t conednn_matmul_scratchpad_bytes(const conednn_matmul *matmul) { return matmul->scratchpad_bytes; }

// MARK: Execution

int conednn_matmul_execute(conednn_matmul *matmul, const void *left, const void *right, const float *bias,
                           float *destination, void *scratchpad) {
    void *handles[ARGUMENT_COUNT] = {(void *)left, (void *)right, (void *)bias, destination, scratchpad};
    return conednn_execute(&matmul->prepared, handles);
}
