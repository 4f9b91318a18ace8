package org.rft4j.cli.config;

import java.lang.reflect.InvocationTargetException;
import org.rft4j.core.reward.Reward;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** A reward of the user's, by the name of its class. */
final class OwnReward {
    private OwnReward() {}

    static Reward of(String className) {
        try {
            Class<?> type = Class.forName(className);
            Check.that(
                    Reward.class.isAssignableFrom(type),
                    "className",
                    className,
                    "must implement " + Reward.class.getName(),
                    "implement it, with a public constructor without parameters");
            return (Reward) type.getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new InvalidInputException(
                    "className", className, "must be a class on the class path", "add its jar or folder to -cp");
        } catch (InvocationTargetException e) {
            throw new InvalidInputException(
                    "className", className, "must have a constructor that ends well (" + e.getCause() + ")", "mend it");
        } catch (ReflectiveOperationException e) {
            throw new InvalidInputException(
                    "className",
                    className,
                    "must be a public class with a public constructor without parameters",
                    "add one");
        }
    }
}
