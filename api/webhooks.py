"""Webhooks: addresses that are told what happens, what they were sent, and sending it again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import views
from api.bench import Bench
from api.models import Answer, Time
from api.paging import Count, Offset, Page, page
from core.webhooks.events import KINDS

router = APIRouter(tags=["webhooks"], prefix="/webhooks")


class Webhook(Answer):
    """An address and what it is told."""

    id: str
    url: str
    events: list[str] = Field(description="Kinds of events; empty: all")
    dataset: str | None
    description: str
    actor: str
    created_at: Time
    disabled_at: Time | None
    reason: str | None = Field(description="Why it is disabled")


class MadeWebhook(BaseModel):
    """A new webhook; the secret is told this once."""

    webhook: Webhook
    secret: str = Field(description="Checks the header `webhook-signature` (Standard Webhooks 1.0)")


class WebhookList(BaseModel):
    """All webhooks, and what there is to be told."""

    webhooks: list[Webhook]
    kinds: dict[str, str]


class NewWebhook(BaseModel):
    """A webhook to be made."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2_000, examples=["https://example.org/hook"])
    events: list[str] = Field(default=[], examples=[["upload.imported"]])
    dataset: str | None = None
    description: str = Field(default="", max_length=500)


class WebhookChange(BaseModel):
    """What is changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(default=None, max_length=2_000)
    events: list[str] | None = None
    dataset: str | None = None
    description: str | None = Field(default=None, max_length=500)
    enabled: bool | None = None


class Delivery(Answer):
    """One message to one address. status: waiting, delivered or given_up."""

    id: str
    webhook_id: str
    message_id: str
    event: str
    payload: str
    status: str
    attempts: int
    next_at: Time | None
    answer: int | None = Field(description="HTTP status of the last attempt")
    error: str | None
    seconds: float | None
    created_at: Time
    delivered_at: Time | None


class DeliveryList(Page):
    """Messages, the newest first."""

    deliveries: list[Delivery]


@router.get("", response_model=WebhookList)
def list_webhooks(workbench: Bench) -> Response:
    """All webhooks, and the kinds of events that there are."""
    found = [Webhook.model_validate(each) for each in workbench.webhooks()]
    return views.answer(WebhookList(webhooks=found, kinds=KINDS))


@router.post("", response_model=MadeWebhook, status_code=201)
def create_webhook(workbench: Bench, body: Annotated[NewWebhook, Body()]) -> Response:
    """Tell an address what happens, signed as Standard Webhooks 1.0 says, tried again for a day until it answers 2xx."""
    made = workbench.webhooks.add(
        body.url, body.events, dataset=body.dataset, description=body.description
    )
    shown = MadeWebhook(webhook=Webhook.model_validate(made.webhook), secret=made.secret)
    return views.answer(shown, 201)


@router.get("/deliveries", response_model=DeliveryList)
def list_deliveries(
    request: Request,
    workbench: Bench,
    webhook: Annotated[str | None, Query(description="Only those of one webhook")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Offset = 0,
    count: Count = False,
) -> Response:
    """What was sent, or waits to be, the newest first. Kept for 30 days."""
    found = workbench.webhooks.deliveries(webhook, limit=limit + 1, offset=offset)
    total = (lambda: workbench.webhooks.count_deliveries(webhook)) if count else None
    sent = [Delivery.model_validate(d) for d in found[:limit]]
    return views.answer(DeliveryList(deliveries=sent, **page(request, found, limit, offset, total)))


@router.post("/deliveries/{delivery_id}/replay", response_model=Delivery)
def replay_delivery(workbench: Bench, delivery_id: str) -> Response:
    """Send a message once more now. Its `webhook-id` is the same, so that a receiver knows it again."""
    return views.answer(Delivery.model_validate(workbench.webhooks.replay(delivery_id)))


@router.get("/{webhook_id}", response_model=Webhook)
def get_webhook(workbench: Bench, webhook_id: str) -> Response:
    """One webhook."""
    return views.answer(Webhook.model_validate(workbench.webhooks.get(webhook_id)))


@router.patch("/{webhook_id}", response_model=Webhook)
def change_webhook(
    workbench: Bench, webhook_id: str, body: Annotated[WebhookChange, Body()]
) -> Response:
    """Change a webhook (JSON merge). `enabled` turns it off, and on again after an address answered 410."""
    values: dict[str, Any] = body.model_dump(exclude_unset=True)
    found = workbench.webhooks.change(webhook_id, **values)
    return views.answer(Webhook.model_validate(found))


@router.delete("/{webhook_id}", status_code=204, response_class=Response)
def remove_webhook(workbench: Bench, webhook_id: str) -> Response:
    """Forget a webhook with its deliveries."""
    workbench.webhooks.remove(webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/test", response_model=Delivery)
def test_webhook(workbench: Bench, webhook_id: str) -> Response:
    """Send a message of the kind `webhook.test` now; the answer says how that went."""
    return views.answer(Delivery.model_validate(workbench.webhooks.test(webhook_id)))
