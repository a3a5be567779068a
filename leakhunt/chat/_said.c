/* Reads what messages in JSON say without building a value for any of them.
 *
 * Of each message that is as simple as nearly all are, the strings that its reader would yield are
 * put together as one text. What is not so simple, or broken, or not there as a whole, is left to
 * the reader: nothing is decided here.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

#include "_strings.h"

enum { DISCORD = 0, SLACK = 1 };

/* The strings of any value, a line each. */
static const unsigned char *leaves(const unsigned char *at, const unsigned char *end,
                                   const Words *skip, Text *out, int marked, int depth)
{
    if (depth > DEEPEST || at >= end)
        return NULL;
    if (*at == '"') {
        size_t before = out->size;
        put(out, '\n');
        at = string(at, end, out);
        if (at != NULL && out->size == before + 1)
            out->size = before;
        if (at != NULL && marked && has_marks(out->data + before, out->size - before))
            return NULL;
        return at;
    }
    if (*at != '{' && *at != '[')
        return skipped(at, end, depth);
    const int object = *at == '{';
    const unsigned char close = object ? '}' : ']';
    at = space(at + 1, end);
    if (at < end && *at == close)
        return at + 1;
    while (at < end) {
        int dull = 0;
        if (object) {
            Key key;
            at = name(at, end, &key);
            if (at == NULL)
                return NULL;
            dull = known(skip, &key);
        }
        at = dull ? skipped(at, end, depth) : leaves(at, end, skip, out, marked, depth + 1);
        if (at == NULL || (at = space(at, end)) >= end)
            return NULL;
        if (*at == close)
            return at + 1;
        if (*at != ',')
            return NULL;
        at = space(at + 1, end);
        if (at < end && *at == close)
            return NULL;
    }
    return NULL;
}

/* An item of a line of rich text: only plain ones. */
static const unsigned char *item(const unsigned char *at, const unsigned char *end, Text *line)
{
    int plain = 0, texts = 0;
    if (at >= end || *at != '{')
        return NULL;
    at++;
    for (;;) {
        Key key;
        at = name(space(at, end), end, &key);
        if (at == NULL)
            return NULL;
        if (is(&key, "type")) {
            if (plain++ || end - at < 6 || memcmp(at, "\"text\"", 6) != 0)
                return NULL;
            at += 6;
        } else if (is(&key, "text")) {
            if (texts++ || *at != '"')
                return NULL;
            at = string(at, end, line);
        } else if (is(&key, "style")) {
            at = skipped(at, end, 0);
        } else {
            return NULL;
        }
        if (at == NULL || (at = space(at, end)) >= end)
            return NULL;
        if (*at == '}')
            return plain && texts ? at + 1 : NULL;
        if (*at++ != ',')
            return NULL;
    }
}

/* A part of a block of rich text: its items are one line. */
static const unsigned char *section(const unsigned char *at, const unsigned char *end, Text *out)
{
    int lines = 0;
    if (at >= end || *at != '{')
        return NULL;
    at++;
    for (;;) {
        Key key;
        at = name(space(at, end), end, &key);
        if (at == NULL)
            return NULL;
        if (is(&key, "elements")) {
            if (lines++ || *at != '[')
                return NULL;
            at = space(at + 1, end);
            size_t before = out->size;
            put(out, '\n');
            if (at < end && *at == ']') {
                at++;
            } else {
                for (;;) {
                    at = item(at, end, out);
                    if (at == NULL || (at = space(at, end)) >= end)
                        return NULL;
                    if (*at == ']') {
                        at++;
                        break;
                    }
                    if (*at++ != ',')
                        return NULL;
                    at = space(at, end);
                }
            }
            if (out->size == before + 1)
                out->size = before;
        } else {
            at = skipped(at, end, 0);
        }
        if (at == NULL || (at = space(at, end)) >= end)
            return NULL;
        if (*at == '}')
            return lines ? at + 1 : NULL;
        if (*at++ != ',')
            return NULL;
    }
}

/* The blocks of a message, if they are one of rich text. */
static const unsigned char *blocks(const unsigned char *at, const unsigned char *end, Text *out)
{
    int keys = 0, rich = 0, parts = 0;
    if (*at == 'n')
        return skipped(at, end, 0);
    if (*at != '[')
        return NULL;
    at = space(at + 1, end);
    if (at < end && *at == ']')
        return at + 1;
    if (at >= end || *at++ != '{')
        return NULL;
    for (;;) {
        Key key;
        at = name(space(at, end), end, &key);
        if (at == NULL || ++keys > 3)
            return NULL;
        if (is(&key, "type")) {
            if (end - at < 11 || memcmp(at, "\"rich_text\"", 11) != 0)
                return NULL;
            at += 11;
            rich++;
        } else if (is(&key, "elements")) {
            if (parts++ || *at != '[')
                return NULL;
            at = space(at + 1, end);
            if (at < end && *at == ']')
                return NULL;
            for (;;) {
                at = section(at, end, out);
                if (at == NULL || (at = space(at, end)) >= end)
                    return NULL;
                if (*at == ']') {
                    at++;
                    break;
                }
                if (*at++ != ',')
                    return NULL;
                at = space(at, end);
            }
        } else {
            at = skipped(at, end, 0);
        }
        if (at == NULL || (at = space(at, end)) >= end)
            return NULL;
        if (*at == '}')
            break;
        if (*at++ != ',')
            return NULL;
    }
    at = space(at + 1, end);
    return rich == 1 && parts && at < end && *at == ']' ? at + 1 : NULL;
}

typedef struct {
    int style;
    Words known, inner;
    Text first, lines, rest;
} Reader;

/* A whole message: what it says is put into the three texts of the reader. */
static const unsigned char *record(const unsigned char *at, const unsigned char *end, Reader *its)
{
    const char *said = its->style == SLACK ? "text" : "content";
    int firsts = 0, blocked = 0;
    its->first.size = its->lines.size = its->rest.size = 0;
    at = space(at + 1, end);
    if (at >= end || *at == '}')
        return NULL;
    for (;;) {
        Key key;
        at = name(at, end, &key);
        if (at == NULL)
            return NULL;
        if (is(&key, said)) {
            if (firsts++)
                return NULL;
            if (*at != '"') {
                at = skipped(at, end, 0);
            } else {
                at = string(at, end, &its->first);
                if (at != NULL && its->style == SLACK && !unmarked(&its->first))
                    return NULL;
            }
        } else if (its->style == SLACK && is(&key, "blocks")) {
            if (blocked++)
                return NULL;
            at = blocks(at, end, &its->lines);
        } else if (its->style == SLACK && is(&key, "slackdump_thread_replies")) {
            return NULL;
        } else if (known(&its->known, &key)) {
            at = skipped(at, end, 0);
        } else {
            int deep = *at == '{' || *at == '[';
            at = leaves(at, end, &its->inner, &its->rest, deep && its->style == SLACK, 0);
        }
        if (at == NULL || (at = space(at, end)) >= end)
            return NULL;
        if (*at == '}')
            return at + 1;
        if (*at++ != ',')
            return NULL;
        at = space(at, end);
    }
}

/* Put the texts of a message together, as the reader would. */
static void join(Reader *its, Text *out)
{
    static const unsigned char between[] = "\n\x1e\n";
    Text *lines = &its->lines, *first = &its->first;
    append(out, between, 3);
    int same = lines->size == first->size + 1 && first->size > 0 &&
               memcmp(lines->data + 1, first->data, first->size) == 0;
    size_t start = out->size;
    if (!same && first->size) {
        append(out, first->data, first->size);
        append(out, lines->data, lines->size);
        append(out, its->rest.data, its->rest.size);
        return;
    }
    append(out, lines->data, lines->size);
    append(out, its->rest.data, its->rest.size);
    if (out->size > start && out->data != NULL) { /* the first one follows nothing */
        memmove(out->data + start, out->data + start + 1, out->size - start - 1);
        out->size--;
    }
}

static Py_ssize_t letters(const unsigned char *at, const unsigned char *end)
{
    Py_ssize_t count = 0;
    for (; at < end; at++)
        count += (*at & 0xC0) != 0x80;
    return count;
}

static PyObject *said(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *text, *known_words, *inner_words;
    Py_ssize_t letter, byte, target;
    Reader its = {0};
    if (!PyArg_ParseTuple(args, "UnnniO!O!", &text, &letter, &byte, &target, &its.style,
                          &PyTuple_Type, &known_words, &PyTuple_Type, &inner_words))
        return NULL;
    Py_ssize_t size;
    const unsigned char *data = (const unsigned char *)PyUnicode_AsUTF8AndSize(text, &size);
    if (data == NULL)
        return NULL;
    const Py_ssize_t length = PyUnicode_GetLength(text);
    const int ascii = length == size;
    if (letter < 0 || byte < 0 || byte > size || target < letter || target > length) {
        PyErr_SetString(PyExc_ValueError, "a place outside the text");
        return NULL;
    }
    if (words(&its.known, known_words) < 0 || words(&its.inner, inner_words) < 0)
        return NULL;
    const unsigned char *at = data + byte, *end = data + size;
    if (ascii) {
        at = data + target;
    } else {
        while (letter < target && at < end) {
            at++;
            while (at < end && (*at & 0xC0) == 0x80)
                at++;
            letter++;
        }
    }
    letter = target;
    Text out = {0}, marks = {0};
    const unsigned char *counted = at;
    for (;;) {
        const unsigned char *start = space(at, end);
        while (start < end && *start == ',')
            start = space(start + 1, end);
        if (start >= end || *start != '{')
            break;
        const unsigned char *stop = record(start, end, &its);
        if (stop == NULL || its.first.failed || its.lines.failed || its.rest.failed)
            break;
        join(&its, &out);
        int64_t mark[3];
        letter += ascii ? start - counted : letters(counted, start);
        mark[0] = (int64_t)out.size;
        mark[1] = letter;
        letter += ascii ? stop - start : letters(start, stop);
        mark[2] = letter;
        append(&marks, (unsigned char *)mark, sizeof mark);
        at = counted = stop;
        if (out.failed || marks.failed)
            break;
    }
    PyObject *result = NULL;
    if (out.failed || marks.failed)
        PyErr_NoMemory();
    else
        result = Py_BuildValue("y#y#nn", out.data ? (char *)out.data : "", (Py_ssize_t)out.size,
                               marks.data ? (char *)marks.data : "", (Py_ssize_t)marks.size,
                               letter, (Py_ssize_t)(counted - data));
    free(out.data);
    free(marks.data);
    free(its.first.data);
    free(its.lines.data);
    free(its.rest.data);
    return result;
}

static PyMethodDef methods[] = {
    {"said", said, METH_VARARGS, "Return what simple messages say, and where each of them is."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_said", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__said(void)
{
    return PyModule_Create(&module);
}
