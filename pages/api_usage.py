"""API: how programs use it: requests, errors and times by route, and the keys behind them."""

from __future__ import annotations

import streamlit as st

from pages import _state

_DAYS = {"Day": 1.0, "Week": 7.0, "Month": 30.0}


def main() -> None:
    """Figures first, then every route."""
    wb = _state.workbench()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("API", width="content")
        st.space("stretch")
        span = st.segmented_control(
            "Time", list(_DAYS), default="Week", label_visibility="collapsed", key="api_span"
        )
    found = wb.monitoring.api_usage(_DAYS[span or "Week"])
    if not found:
        st.info("No program has asked in this time.", icon=":material/api:")
        st.markdown("The API is described at [/api/docs](/api/docs).")
        return
    asked, failed = (sum(each[name] for each in found) for name in ("requests", "errors"))
    with st.container(horizontal=True):
        st.metric("Requests", f"{asked:,}")
        st.metric("Failed (5xx)", f"{failed:,}")
        st.metric("Refused (4xx)", f"{sum(each['refused'] for each in found):,}")
        st.metric("Requests to what will go", f"{sum(each['deprecated'] for each in found):,}")
    rows = [
        {
            "Method": each["method"],
            "Route": each["route"],
            "Requests": each["requests"],
            "Failed": each["errors"],
            "Refused": each["refused"],
            "p50 (ms)": round(each["p50"] * 1_000, 1),
            "p95 (ms)": round(each["p95"] * 1_000, 1),
            "MB out": round(each["bytes_out"] / 1e6, 2),
            "Keys": ", ".join(each["callers"]),
            "Programs": ", ".join(each["programs"]),
        }
        for each in found
    ]
    st.dataframe(rows, hide_index=True)


main()
