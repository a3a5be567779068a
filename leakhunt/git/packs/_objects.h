/* Objects of a pack: where they lie, inflated, and made of their bases. */

typedef struct {
    Py_buffer pack, offset, head, size, child, sibling; /* by rank, see table.py */
    PyObject *decompress, *inflate; /* without a limit, for short streams; and with one */
    uint64_t largest;               /* bytes of an object; what is larger is left to git */
    size_t count;
} Columns;

/* What PyArg_ParseTuple needs for them, and where it puts them. */
#define COLUMNS_FORMAT "y*y*y*y*y*y*OO"
#define COLUMNS_OF(in) \
    &(in).pack, &(in).offset, &(in).head, &(in).size, &(in).child, &(in).sibling, \
        &(in).decompress, &(in).inflate

static int columns_check(Columns *in, uint64_t largest)
{
    size_t count = in->count = (size_t)in->head.len;
    in->largest = largest;
    if ((size_t)in->offset.len / 8 != count + 1 || (size_t)in->size.len / 8 != count
        || (size_t)in->child.len / 4 != count || (size_t)in->sibling.len / 4 != count)
        return broken("columns of different lengths");
    return 0;
}

static void columns_release(Columns *in)
{
    PyBuffer_Release(&in->pack);
    PyBuffer_Release(&in->offset);
    PyBuffer_Release(&in->head);
    PyBuffer_Release(&in->size);
    PyBuffer_Release(&in->child);
    PyBuffer_Release(&in->sibling);
}

static Py_buffer as_buffer(const void *at, size_t length)
{
    Py_buffer view = {0};
    view.buf = (void *)at;
    view.len = (Py_ssize_t)length;
    return view;
}

static Py_buffer content_of(PyObject *content)
{
    return as_buffer(PyBytes_AsString(content), (size_t)PyBytes_Size(content));
}

static uint64_t read_long(const Py_buffer *numbers, size_t i)
{
    uint64_t value;
    memcpy(&value, (const byte *)numbers->buf + i * 8, sizeof value);
    return value;
}

/* A short stream cannot become more than some 70 MB, whatever it claims. */
#define SHORT 0xFFFF

/* The inflated stream of an object, or NULL; without an exception git may know better. */
static PyObject *inflated(const Columns *in, uint32_t rank)
{
    uint64_t start = read_long(&in->offset, rank) + ((const byte *)in->head.buf)[rank];
    uint64_t stop = read_long(&in->offset, (size_t)rank + 1), size = read_long(&in->size, rank);
    PyObject *view, *made = NULL;

    if (start > stop || stop > (uint64_t)in->pack.len || size > in->largest)
        return NULL;
    view = PyMemoryView_FromMemory((char *)in->pack.buf + start, (Py_ssize_t)(stop - start),
                                   PyBUF_READ);
    if (view) {
        made = stop - start > SHORT
                   ? PyObject_CallFunction(in->inflate, "On", view, (Py_ssize_t)size)
                   : PyObject_CallFunction(in->decompress, "Oin", view, 15, (Py_ssize_t)size + 1);
        Py_DECREF(view);
    }
    if (made && (!PyBytes_Check(made) || (uint64_t)PyBytes_Size(made) != size))
        Py_CLEAR(made);
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_Exception)) /* not Ctrl-C */
        PyErr_Clear();
    return made;
}

/* What a delta makes of its base, or NULL without an exception; what stays goes to `copies`. */
static PyObject *applied(const Columns *in, PyObject *base, PyObject *raw, Copies *copies)
{
    Py_buffer from = content_of(base), with = content_of(raw);
    PyObject *made = NULL;
    Delta delta;
    Op op;
    int got = -1;
    char *out;

    copies->list.used = 0;
    if (delta_open(&delta, with.buf, with.len) == 0 && delta.base_size == (uint64_t)from.len
        && delta.size <= in->largest) {
        copies->base_size = delta.base_size;
        copies->size = delta.size;
        made = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)delta.size);
        out = made ? PyBytes_AsString(made) : NULL;
        while (made && (got = delta_raw(&delta, &op)) == 1) {
            uint64_t start = delta.made - op.length;
            memcpy(out + start, op.data ? op.data : (byte *)from.buf + op.from, (size_t)op.length);
            if (!op.data && (got = add_copy(&copies->list, &op, start)) < 0)
                break;
        }
    }
    if (got < 0)
        Py_CLEAR(made);
    PyErr_Clear();
    return made;
}

static int32_t link_of(const Py_buffer *links, uint32_t rank)
{
    int32_t value;
    memcpy(&value, (const byte *)links->buf + (size_t)rank * 4, sizeof value);
    return value;
}
