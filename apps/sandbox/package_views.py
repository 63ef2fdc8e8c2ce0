"""`/sandbox/control/packages/` and `/sandbox/control/events/`: custom packages, and what their Smart Events did."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from apps.sandbox import smart_events
from apps.sandbox.models import CustomPackage, SmartEventLog
from apps.sandbox.package_document import MOST_BYTES, PackageRefused
from apps.sandbox.packages import import_packages, installed, summary


@csrf_exempt
@require_http_methods(["GET", "POST", "DELETE"])
def packages(request: HttpRequest) -> HttpResponse:
    """GET: what is installed. POST: import the document that is the body. DELETE: remove all packages."""
    if request.method == "DELETE":
        CustomPackage.objects.all().delete()
        return HttpResponse(status=204)
    if request.method == "POST":
        try:
            imported = import_packages(request.read(MOST_BYTES + 1))
        except PackageRefused as refusal:
            return JsonResponse({"detail": str(refusal)}, status=422)
        return JsonResponse({"results": [summary(one) for one in imported]})
    return JsonResponse({"results": installed()})


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The log of Smart Events, oldest first; the secret arguments are not in it."""
    return JsonResponse({"results": [smart_events.shown(row) for row in SmartEventLog.objects.order_by("pk")]})
