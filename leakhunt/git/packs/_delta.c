/* The hot loops of reading packs: headers, delta instructions, mapping positions through them.

   pure.py has the same functions in Python and says what they mean; tests compare the two.
   Formats: Documentation/gitformat-pack in git's sources ("pack-*.pack files have the following
   format", "Deltified representation").

   A pack is data that somebody else wrote: every read is checked against the end of its buffer,
   and every sum before it can wrap. Nothing here keeps a pointer beyond a call. */

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "_ops.h"

static PyObject *apply(PyObject *self, PyObject *args)
{
    Py_buffer base, raw;
    Py_ssize_t limit;
    PyObject *result = NULL;
    Delta delta;
    Op op;
    int got;
    char *out;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*n", &base, &raw, &limit))
        return NULL;
    if (delta_open(&delta, raw.buf, raw.len) < 0)
        goto done;
    if (delta.base_size != (uint64_t)base.len || limit < 0 || delta.size > (uint64_t)limit) {
        broken("a delta for another base, or too large");
        goto done;
    }
    result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)delta.size);
    if (!result)
        goto done;
    out = PyBytes_AsString(result);
    while ((got = delta_raw(&delta, &op)) == 1)
        memcpy(out + (delta.made - op.length), op.data ? op.data : (byte *)base.buf + op.from,
               (size_t)op.length);
    if (got < 0) {
        Py_DECREF(result);
        result = NULL;
    }
done:
    PyBuffer_Release(&base);
    PyBuffer_Release(&raw);
    return result;
}

/* --- What is new, and what stays */

static int widen(Numbers *windows, uint64_t low, uint64_t high, uint64_t around, uint64_t size)
{
    low = low > around ? low - around : 0;
    high = high + around < size ? high + around : size;
    if (windows->used && low <= windows->at[windows->used - 1]) {
        if (high > windows->at[windows->used - 1])
            windows->at[windows->used - 1] = high;
        return 0;
    }
    return push(windows, low) < 0 || push(windows, high) < 0 ? -1 : 0;
}

static PyObject *fresh(PyObject *self, PyObject *args)
{
    Py_buffer raw;
    Py_ssize_t around;
    Numbers windows = {0};
    PyObject *result = NULL;
    Delta delta;
    Op op;
    int got;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*n", &raw, &around))
        return NULL;
    if (delta_open(&delta, raw.buf, raw.len) < 0)
        goto done;
    if (around < 0 || around > PY_SSIZE_T_MAX / 4) {
        broken("a negative or absurd distance");
        goto done;
    }
    while ((got = delta_next(&delta, &op)) == 1) {
        uint64_t start = delta.made - op.length;
        int begins = !op.data && start == 0 && op.from == 0;
        int ends = !op.data && delta.made == delta.size && op.from + op.length == delta.base_size;
        if (op.data)
            got = widen(&windows, start, delta.made, (uint64_t)around, delta.size);
        else if ((!begins && widen(&windows, start, start, (uint64_t)around, delta.size) < 0)
                 || (!ends && widen(&windows, delta.made, delta.made, (uint64_t)around, delta.size) < 0))
            got = -1;
        if (got < 0)
            break;
    }
    if (got == 0)
        result = as_bytes(&windows);
done:
    free(windows.at);
    PyBuffer_Release(&raw);
    return result;
}

static uint64_t read64(const byte *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static size_t first_after(const byte *hits, size_t count, uint64_t end)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (read64(hits + middle * 8) >> END_SHIFT <= end)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int within(const Delta *delta, const Op *op, uint64_t end, uint64_t before, uint64_t after)
{
    uint64_t start = delta->made - op->length, stop = op->from + op->length;
    if (!(op->from == 0 && start == 0) && end - op->from < before)
        return 0;
    return stop - end >= after || (stop == delta->base_size && delta->made == delta->size);
}

static int inherit_copy(const Delta *delta, const Op *op, const Py_buffer *hits,
                        const Py_buffer *margins, uint64_t before, uint64_t after, Numbers *kept,
                        Numbers *risky)
{
    size_t count = (size_t)hits->len / 8;
    for (size_t i = first_after(hits->buf, count, op->from); i < count; i++) {
        uint64_t hit = read64((const byte *)hits->buf + i * 8), end = hit >> END_SHIFT, moved;
        uint32_t gate = (uint32_t)(hit & GATE_MASK), margin;
        if (end > op->from + op->length)
            break;
        if (!within(delta, op, end, before, after))
            continue;
        if ((size_t)gate >= (size_t)margins->len / 4)
            return broken("a hit of an unknown gate");
        memcpy(&margin, (const byte *)margins->buf + (size_t)gate * 4, 4);
        if (kept->used >= MAX_HITS)
            return broken("too many hits");
        moved = ((end - op->from + delta->made - op->length) << END_SHIFT) | gate;
        if (push(kept, moved) < 0
            || (!within(delta, op, end, margin, margin) && push(risky, moved) < 0))
            return -1;
    }
    return 0;
}

static PyObject *inherit(PyObject *self, PyObject *args)
{
    Py_buffer raw, hits, margins;
    Py_ssize_t before, after;
    Numbers kept = {0}, risky = {0};
    PyObject *result = NULL;
    Delta delta;
    Op op;
    int got;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*nny*", &raw, &hits, &before, &after, &margins))
        return NULL;
    if (delta_open(&delta, raw.buf, raw.len) < 0)
        goto done;
    if (before < 0 || after < 0) {
        broken("a negative distance");
        goto done;
    }
    while ((got = delta_next(&delta, &op)) == 1)
        if (!op.data
            && inherit_copy(&delta, &op, &hits, &margins, (uint64_t)before, (uint64_t)after, &kept,
                            &risky) < 0) {
            got = -1;
            break;
        }
    if (got == 0)
        result = Py_BuildValue("NN", as_bytes(&kept), as_bytes(&risky));
done:
    free(kept.at);
    free(risky.at);
    PyBuffer_Release(&raw);
    PyBuffer_Release(&hits);
    PyBuffer_Release(&margins);
    return result;
}

#include "_layout.h"

static PyMethodDef methods[] = {
    {"apply", apply, METH_VARARGS, "apply(base, delta, limit) -> content"},
    {"fresh", fresh, METH_VARARGS, "fresh(delta, around) -> pairs of uint64"},
    {"inherit", inherit, METH_VARARGS,
     "inherit(delta, hits, before, after, margins) -> (kept, risky)"},
    {"layout", layout, METH_VARARGS, "layout(pack, offsets, oids, width) -> columns"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_delta", "Reading packs; see pure.py.", -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__delta(void)
{
    return PyModule_Create(&module);
}
