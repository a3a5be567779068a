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

#include "_compare.h"
#include "_layout.h"
#include "_objects.h"
#include "_hits.h"
#include "_queue.h"
#include "_said.h"
#include "_bulk.h"

static PyMethodDef methods[] = {
    {"apply", apply, METH_VARARGS, "apply(base, delta, limit) -> content"},
    {"fresh", fresh, METH_VARARGS,
     "fresh(delta, content, wide, narrow, ahead) -> (joined, pairs of uint64)"},
    {"inherit", inherit, METH_VARARGS,
     "inherit(delta, content, hits, wide, narrow, ahead, margins) -> (kept, risky)"},
    {"walk_versions", walk_versions, METH_VARARGS,
     "walk_versions(pack, offset, head, size, child, sibling, decompress, inflate, kind, known,"
     " roots, width, limits, reach, margins, few, marks, scan, whole, judge, other,"
     " say, lines)"
     " -> (failed, counts, commits, oids)"},
    {"lines", lines_new, METH_VARARGS, "lines(secret) -> memory for walk_versions"},
    {"roots", roots, METH_VARARGS, "roots(kind, base, low, high, folders) -> ranks"},
    {"shares", shares, METH_VARARGS,
     "shares(roots, weight, members, size, most, each) -> [(low, high, work, size)]"},
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
