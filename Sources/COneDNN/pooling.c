#include <stdlib.h>

#include "engine.h"

enum { SOURCE, DESTINATION, WORKSPACE, SCRATCHPAD, ARGUMENT_COUNT };

static const int forward_names[ARGUMENT_COUNT] = {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE, DNNL_ARG_SCRATCHPAD};
static const int backward_names[ARGUMENT_COUNT] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE,
                                                   DNNL_ARG_SCRATCHPAD};

struct conednn_pooling {
    dnnl_primitive_t primitive;
    dnnl_stream_t stream;
    dnnl_memory_t memory[ARGUMENT_COUNT];  // NULL where the argument is absent
    size_t bytes[ARGUMENT_COUNT];          // of workspace and scratchpad
    const int *names;
};

static dnnl_alg_kind_t algorithm(conednn_pooling_kind kind) {
    switch (kind) {
    case CONEDNN_MAXIMUM: return dnnl_pooling_max;
    case CONEDNN_AVERAGE: return dnnl_pooling_avg_exclude_padding;
    case CONEDNN_AVERAGE_WITH_PADDING: return dnnl_pooling_avg_include_padding;
    }
    return dnnl_alg_kind_undef;
}

// Memory that oneDNN describes, if it wants any.
static dnnl_status_t create_own_memory(conednn_pooling *pooling, int argument, dnnl_engine_t engine,
                                       const_dnnl_primitive_desc_t description, dnnl_query_t what) {
    descriptor_reference wanted = dnnl_primitive_desc_query_md(description, what, 0);
    pooling->bytes[argument] = wanted ? descriptor_bytes(wanted) : 0;
    if (pooling->bytes[argument] == 0) return dnnl_success;
    return dnnl_memory_create(&pooling->memory[argument], wanted, engine, DNNL_MEMORY_NONE);
}

int conednn_pooling_create(const conednn_pooling_shape *shape, bool backward, conednn_pooling **out) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return status;
    conednn_pooling *pooling = calloc(1, sizeof *pooling);
    if (!pooling) return dnnl_out_of_memory;
    pooling->names = backward ? backward_names : forward_names;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t forward = NULL, description = NULL;
    descriptor source = {0}, destination = {0};
    const dnnl_dims_t input = {shape->rows, shape->channels, shape->input_size[0], shape->input_size[1]};
    const dnnl_dims_t output = {shape->rows, shape->channels, shape->output_size[0], shape->output_size[1]};
    window w;
    for (int i = 0; i < 2; i++) {
        w.sizes[i] = shape->window[i];
        w.strides[i] = shape->stride[i];
        w.before[i] = shape->padding_before[i];
        w.after[i] = shape->padding_after[i];
    }
    TRY(describe(&source, 4, input, dnnl_f32, dnnl_nhwc));
    TRY(describe(&destination, 4, output, dnnl_f32, dnnl_nhwc));
    TRY(dnnl_primitive_attr_create(&attributes));
    TRY(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user));
    TRY(plan_pooling(&forward, engine, algorithm(shape->kind), &source, &destination, &w, attributes));
    if (backward) {
        TRY(plan_pooling_backward(&description, engine, algorithm(shape->kind), &source, &destination, &w, forward,
                                  attributes));
    }
    const_dnnl_primitive_desc_t chosen = backward ? description : forward;
    TRY(dnnl_primitive_create(&pooling->primitive, chosen));
    TRY(dnnl_stream_create(&pooling->stream, engine, dnnl_stream_default_flags));
    TRY(dnnl_memory_create(&pooling->memory[SOURCE], REFERENCE(source), engine, DNNL_MEMORY_NONE));
    TRY(dnnl_memory_create(&pooling->memory[DESTINATION], REFERENCE(destination), engine, DNNL_MEMORY_NONE));
    TRY(create_own_memory(pooling, WORKSPACE, engine, forward, dnnl_query_workspace_md));
    TRY(create_own_memory(pooling, SCRATCHPAD, engine, chosen, dnnl_query_scratchpad_md));
end:
    forget(&source);
    forget(&destination);
    if (forward) dnnl_primitive_desc_destroy(forward);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) {
        conednn_pooling_destroy(pooling);
        return status;
    }
    *out = pooling;
    return 0;
}

void conednn_pooling_destroy(conednn_pooling *pooling) {
    if (!pooling) return;
    for (int i = 0; i < ARGUMENT_COUNT; i++) {
        if (pooling->memory[i]) dnnl_memory_destroy(pooling->memory[i]);
    }
    if (pooling->stream) dnnl_stream_destroy(pooling->stream);
    if (pooling->primitive) dnnl_primitive_destroy(pooling->primitive);
    free(pooling);
}

size_t conednn_pooling_workspace_bytes(const conednn_pooling *pooling) { return pooling->bytes[WORKSPACE]; }

size_t conednn_pooling_scratchpad_bytes(const conednn_pooling *pooling) { return pooling->bytes[SCRATCHPAD]; }

int conednn_pooling_execute(conednn_pooling *pooling, float *source, float *destination, void *workspace,
                            void *scratchpad) {
    conednn_use_one_thread();
    void *handles[ARGUMENT_COUNT] = {source, destination, workspace, scratchpad};
    dnnl_exec_arg_t arguments[ARGUMENT_COUNT];
    int count = 0;
    for (int i = 0; i < ARGUMENT_COUNT; i++) {
        if (!pooling->memory[i]) continue;
        dnnl_status_t status = dnnl_memory_set_data_handle(pooling->memory[i], handles[i]);
        if (status != dnnl_success) return status;
        arguments[count++] = (dnnl_exec_arg_t){pooling->names[i], pooling->memory[i]};
    }
    return dnnl_primitive_execute(pooling->primitive, pooling->stream, count, arguments);
}
