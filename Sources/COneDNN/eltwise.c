#include <stdlib.h>

#include "engine.h"

enum { INPUT, RESULT, GRADIENT, MEMORY_COUNT };

struct conednn_eltwise {
    dnnl_primitive_t forward;
    dnnl_primitive_t backward;
    dnnl_stream_t stream;
    dnnl_memory_t memory[MEMORY_COUNT];
};

int conednn_eltwise_create(conednn_activation activation, int64_t count, conednn_eltwise **out) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return status;
    conednn_eltwise *eltwise = calloc(1, sizeof *eltwise);
    if (!eltwise) return dnnl_out_of_memory;

    const conednn_function function = conednn_function_of(activation);
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t forward = NULL, backward = NULL;
    descriptor elements = {0};
    TRY(describe(&elements, 2, (const dnnl_dims_t){1, count}, dnnl_f32, dnnl_ab));
    TRY(dnnl_primitive_attr_create(&attributes));
    // Neither needs a scratchpad; with a library-managed one, workers might share it.
    TRY(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user));
    TRY(plan_eltwise(&forward, engine, function.kind, function.alpha, &elements, attributes));
    TRY(plan_eltwise_backward(&backward, engine, function.kind, function.alpha, &elements, forward, attributes));
    TRY(dnnl_primitive_create(&eltwise->forward, forward));
    TRY(dnnl_primitive_create(&eltwise->backward, backward));
    TRY(dnnl_stream_create(&eltwise->stream, engine, dnnl_stream_default_flags));
    for (int i = 0; i < MEMORY_COUNT; i++) {
        TRY(dnnl_memory_create(&eltwise->memory[i], REFERENCE(elements), engine, DNNL_MEMORY_NONE));
    }
end:
    forget(&elements);
    if (forward) dnnl_primitive_desc_destroy(forward);
    if (backward) dnnl_primitive_desc_destroy(backward);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) {
        conednn_eltwise_destroy(eltwise);
        return status;
    }
    *out = eltwise;
    return 0;
}

void conednn_eltwise_destroy(conednn_eltwise *eltwise) {
    if (!eltwise) return;
    for (int i = 0; i < MEMORY_COUNT; i++) {
        if (eltwise->memory[i]) dnnl_memory_destroy(eltwise->memory[i]);
    }
    if (eltwise->stream) dnnl_stream_destroy(eltwise->stream);
    if (eltwise->backward) dnnl_primitive_destroy(eltwise->backward);
    if (eltwise->forward) dnnl_primitive_destroy(eltwise->forward);
    free(eltwise);
}

int conednn_eltwise_forward(conednn_eltwise *eltwise, const float *input, float *result) {
    dnnl_status_t status;
    conednn_use_one_thread();
    TRY(dnnl_memory_set_data_handle(eltwise->memory[INPUT], (void *)input));
    TRY(dnnl_memory_set_data_handle(eltwise->memory[RESULT], result));
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, eltwise->memory[INPUT]}, {DNNL_ARG_DST, eltwise->memory[RESULT]},
    };
    status = dnnl_primitive_execute(eltwise->forward, eltwise->stream, 2, arguments);
end:
    return status;
}

int conednn_eltwise_backward(conednn_eltwise *eltwise, const float *input, float *gradient) {
    dnnl_status_t status;
    conednn_use_one_thread();
    TRY(dnnl_memory_set_data_handle(eltwise->memory[INPUT], (void *)input));
    TRY(dnnl_memory_set_data_handle(eltwise->memory[GRADIENT], gradient));
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, eltwise->memory[INPUT]},
        {DNNL_ARG_DIFF_DST, eltwise->memory[GRADIENT]},
        {DNNL_ARG_DIFF_SRC, eltwise->memory[GRADIENT]},
    };
    status = dnnl_primitive_execute(eltwise->backward, eltwise->stream, 3, arguments);
end:
    return status;
}
